import Engine
import Foundation

/// What labels pictures: in this process, or in one that may die of a picture.
public protocol LabelingEngine: Sendable {
    /// Labels one picture; blocks the caller's thread until it is done.
    /// - Parameter isWanted: asked about every 100 ms, on the caller's thread; once false, the call ends within about a
    ///   second.
    /// - Throws: `ImageError` when the picture cannot be decoded whole, `EngineFailure` for everything else.
    func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling

    /// Compares a mask of the engine's model with its ground truth; blocks the caller's thread until it is done.
    /// - Throws: `InvalidGroundTruth`; `ImageError` when the mask itself cannot be decoded; `EngineFailure` for
    ///   everything else.
    func score(_ task: ScoreTask) throws -> ImageScore

    /// Draws a mask over its image; blocks the caller's thread until it is done.
    /// - Returns: a PNG.
    /// - Throws: `ImageError` when image or mask cannot be decoded, or are not of one size; `EngineFailure` for
    ///   everything else.
    func overlay(_ task: OverlayTask) throws -> Data

    /// Why no picture can be labelled now; nil when one can.
    var unavailability: String? { get }

    /// The process that the engine runs in, where that is one of its own and there is one now.
    var processID: Int32? { get }

    /// Nothing more will be asked of it: ends its process, if it has one.
    func close()
}

extension LabelingEngine {
    public var unavailability: String? { nil }
    public var processID: Int32? { nil }
    public func close() {}
}

/// One picture to be labelled.
public struct PictureTask: Sendable {
    /// Of any `ImageFormat`.
    public let bytes: Data
    /// Class indices that are in the picture; nil lets the classifier decide.
    public let labels: [Int]?
    public let options: LabelingOptions
    public let priority: Priority
    /// Whether it shares the engine with no other picture: for one that may have ended the engine before.
    public let isolated: Bool

    public enum Priority: Int, Sendable, Comparable {
        /// Somebody waits for the answer.
        case interactive
        case background

        public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
    }

    public init(
        bytes: Data, labels: [Int]?, options: LabelingOptions, priority: Priority, isolated: Bool = false
    ) {
        self.bytes = bytes
        self.labels = labels
        self.options = options
        self.priority = priority
        self.isolated = isolated
    }
}

/// Why a picture came back without a labelling although nothing is known to be wrong with it.
public enum EngineFailure: Error, Equatable, Sendable {
    /// The engine ended while it had this picture and no other; the text says how, as "ended by signal 9".
    case died(String)
    /// The engine had this picture, and no other, for longer than pictures may take; it was killed.
    case hung(seconds: Int)
    /// The engine could not be started, for a reason that is not the picture's.
    case unavailable(String)
    /// The engine was closed. Not this picture's fault: to be tried again, uncounted.
    case interrupted
    /// `isWanted` became false.
    case cancelled
}

extension EngineFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .died(let how): "The engine died of this picture: it \(how)."
        case .hung(let seconds): "The engine did not finish this picture within \(seconds) s."
        case .unavailable(let reason): "The engine cannot be started: \(reason)."
        case .interrupted: "The engine was closed before it finished this picture."
        case .cancelled: "The picture is not wanted any more."
        }
    }
}
