import Foundation

/// A labelled picture: everything the pipeline knows of it. Codable, so that it travels between processes.
public struct Labeling: Codable, Sendable, Equatable {
    public let width: Int
    public let height: Int
    public let labelSource: LabelSource
    /// The mask as VOC indexed PNG; `VOCPNG.decode` gives its pixels.
    public let maskPNG: Data
    /// The classes that were looked for, ascending by index; a class that got no pixel is among them.
    public let classes: [LabeledClass]
    /// Seconds by stage, in the order of the stages.
    public internal(set) var timings: [StageTiming]
    /// What is odd about the image's file, then which given labels have no pixel.
    public internal(set) var warnings: [Warning] = []
    /// The pixels that the mask leaves out (`LabelingOptions.certainty`); nil where there are none.
    public internal(set) var ignored: COCORunLength?

    /// Where the image-level labels come from.
    public enum LabelSource: String, Sendable, Codable {
        case given
        /// The classifier's own: posterior over 0.5, else the single best.
        case predicted
    }

    public struct LabeledClass: Codable, Sendable, Equatable {
        public let index: Int
        public let name: String
        /// The classifier's posterior of the class being in the picture.
        public let posterior: Float
        /// Share of the picture's pixels that are of the class, overlaps with other classes included.
        public let areaShare: Float
        /// Mean posterior of those pixels, nil when there are none.
        public let meanPosterior: Float?
        /// Boxes of the 8-connected components of at least `LabelingOptions.minimumArea`, largest first, at most
        /// `maximumBoxes`.
        public let boxes: [Box]
        public let runLength: COCORunLength

        /// Bounds an answer about a picture of pure noise.
        public static let maximumBoxes = 256
    }

    public struct StageTiming: Codable, Sendable, Equatable {
        public let stage: String
        public let seconds: Double
    }
}
