import Foundation

/// How a mask compares with its ground truth, as the Store keeps it beside the mask.
public struct GroundTruthRecord: Hashable, Sendable {
    /// Of the ground truth's file, which is not kept.
    public let sha256: ContentDigest
    /// SHA-256 of what the mask was made with beside picture, model and labels: only masks of equal digests are
    /// figured together.
    public let optionsDigest: ContentDigest
    /// Counts, encoded as the caller likes; 1 to `maximumScoreBytes` bytes.
    public let score: Data
    /// Whole milliseconds, the precision that is stored.
    public let createdAt: Date

    public static let maximumScoreBytes = 1 << 20

    /// Rounds `createdAt` to whole milliseconds, so that a record equals itself read back.
    public init(sha256: ContentDigest, optionsDigest: ContentDigest, score: Data, createdAt: Date) {
        self.sha256 = sha256
        self.optionsDigest = optionsDigest
        self.score = score
        self.createdAt = Milliseconds(createdAt).date
    }

    /// What eviction counts for the row: the score and a fixed allowance for the rest.
    var storedBytes: Int { 512 + score.count }

    /// - Throws: `StoreError.invalid`.
    func validate() throws(StoreError) {
        guard (1...Self.maximumScoreBytes).contains(score.count) else {
            throw .invalid(field: "score", reason: "must be 1 to \(Self.maximumScoreBytes) bytes, is \(score.count)")
        }
    }
}

/// What became of a ground truth.
public enum GroundTruthOutcome: Sendable, Equatable {
    case stored
    /// The mask had one before.
    case replaced
    case unknownMask
}

/// Masks that were made alike and have ground truth: of one model, of the same options, and with labels from the same
/// source.
public struct GroundTruthGroup: Hashable, Sendable {
    public let modelDigest: ContentDigest
    public let optionsDigest: ContentDigest
    public let labelSource: LabelSource

    public init(modelDigest: ContentDigest, optionsDigest: ContentDigest, labelSource: LabelSource) {
        self.modelDigest = modelDigest
        self.optionsDigest = optionsDigest
        self.labelSource = labelSource
    }
}
