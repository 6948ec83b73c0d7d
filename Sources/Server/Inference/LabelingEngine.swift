import Engine
import Foundation

public struct PictureTask: Sendable {
    public enum Priority: Sendable { case interactive, background }
    public let bytes: Data
    public let labels: [Int]?
    public let options: LabelingOptions
    public let priority: Priority
    public let isolated: Bool
    public init(bytes: Data, labels: [Int]?, options: LabelingOptions, priority: Priority, isolated: Bool) {
        self.bytes = bytes; self.labels = labels; self.options = options; self.priority = priority; self.isolated = isolated
    }
}
public enum EngineFailure: Error, Sendable, Equatable {
    case died(String), hung(seconds: Double), unavailable(String), interrupted, cancelled
}
public protocol LabelingEngine: Sendable {
    func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling
}
public final class InProcessEngine: LabelingEngine {
    private let pipeline: Pipeline
    public init(_ pipeline: Pipeline) { self.pipeline = pipeline }
    public func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling {
        try pipeline.label(picture.bytes, labels: picture.labels, options: picture.options)
    }
}
