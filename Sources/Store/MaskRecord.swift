import Foundation

/// Where a mask's classes came from.
public enum LabelSource: String, Codable, Sendable {
    /// The request named the image's labels.
    case given
    /// The classifier's own prediction stood in for labels.
    case predicted
}

/// How long one stage of the pipeline took.
public struct StageTiming: Codable, Hashable, Sendable {
    public let stage: String
    /// Seconds, finite and not negative.
    public let seconds: Double

    public init(stage: String, seconds: Double) {
        self.stage = stage
        self.seconds = seconds
    }
}

/// One finished mask and everything that is told about it.
public struct MaskRecord: Codable, Hashable, Sendable {
    public let id: MaskID
    /// SHA-256 of the uploaded bytes, before decoding.
    public let imageSHA256: ContentDigest
    /// Pixels, in the orientation in which the picture is shown; the mask has the same size.
    public let imageWidth: Int
    public let imageHeight: Int
    /// As sniffed from the bytes, e.g. `image/jpeg`.
    public let imageMediaType: String
    public let modelDigest: ContentDigest
    /// Canonical JSON of the options that went into `id`.
    public let options: String
    public let labelSource: LabelSource
    /// The mask as an indexed PNG file.
    public let maskPNG: Data
    /// In the order in which the answer lists them; each class index once.
    public let classes: [ClassRecord]
    /// In the order of the pipeline.
    public let timings: [StageTiming]
    /// What is odd about the image or the mask.
    public let warnings: [WarningRecord]
    /// The pixels that the mask leaves out, as a COCO run-length string; nil where there are none, and of masks from
    /// before they were kept.
    public let ignoredCounts: String?
    /// Whole milliseconds, the precision that is stored.
    public let createdAt: Date

    /// Rounds `createdAt` to whole milliseconds, so that a record equals itself read back. Nothing else is checked
    /// here: `Store.insert` refuses values outside the ranges above with `StoreError.invalid`.
    public init(
        id: MaskID, imageSHA256: ContentDigest, imageWidth: Int, imageHeight: Int, imageMediaType: String,
        modelDigest: ContentDigest, options: String, labelSource: LabelSource, maskPNG: Data, classes: [ClassRecord],
        timings: [StageTiming], warnings: [WarningRecord] = [], ignoredCounts: String? = nil, createdAt: Date
    ) {
        self.id = id
        self.imageSHA256 = imageSHA256
        self.imageWidth = imageWidth
        self.imageHeight = imageHeight
        self.imageMediaType = imageMediaType
        self.modelDigest = modelDigest
        self.options = options
        self.labelSource = labelSource
        self.maskPNG = maskPNG
        self.classes = classes
        self.timings = timings
        self.warnings = warnings
        self.ignoredCounts = ignoredCounts
        self.createdAt = Milliseconds(createdAt).date
    }
}

/// A point in time as the database holds it: whole milliseconds since 1970.
struct Milliseconds: Hashable {
    let since1970: Int64

    init(since1970: Int64) {
        self.since1970 = since1970
    }

    /// Clamped to years that a calendar knows, so that no date traps.
    init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let furthest = 1e15
        since1970 = milliseconds.isNaN ? 0 : Int64(min(max(milliseconds, -furthest), furthest))
    }

    var date: Date { Date(timeIntervalSince1970: Double(since1970) / 1000) }
}
