import Foundation

/// One image of a `manifest.jsonl`: what is known of its mask. The command line and the service write the same lines.
public struct ManifestLine: Codable, Sendable {
    public let name: String
    public let sha256: String
    public let width: Int
    public let height: Int
    /// The model's digest.
    public let model: String
    /// `Pipeline.revision` of the program that made the mask; nil where the line does not tell.
    public let revision: Int?
    /// As given; nil when the classifier decided.
    public let labels: [String]?
    public let options: LabelingOptions
    public let classes: [Class]
    /// By stage of the pipeline.
    public let seconds: [String: Double]
    /// Pixels that the mask leaves out, as a COCO run-length string; nil where there are none, or where `counts` are.
    public let ignored: String?
    /// About the file; nil where there are none.
    public let image: Image?
    /// About the labels; nil where there are none.
    public let warnings: [Warning]?

    /// As in the service's answer about a mask.
    public struct Image: Codable, Sendable {
        public let warnings: [Warning]
    }

    public struct Class: Codable, Sendable {
        /// Value of the class's pixels in the mask.
        public let index: Int
        public let name: String
        public let posterior: Double
        public let areaShare: Double
        public let meanPosterior: Double?
        /// [x, y, width, height] in pixels.
        public let boxes: [[Int]]
        /// COCO run-length string; nil where the masks' results are beside the manifest as COCO's file.
        public let counts: String?

        enum CodingKeys: String, CodingKey {
            case index, name, posterior, boxes, counts
            case areaShare = "area_share"
            case meanPosterior = "mean_posterior"
        }

        public init(
            index: Int, name: String, posterior: Double, areaShare: Double, meanPosterior: Double?, boxes: [[Int]],
            counts: String?
        ) {
            self.index = index
            self.name = name
            self.posterior = posterior
            self.areaShare = areaShare
            self.meanPosterior = meanPosterior
            self.boxes = boxes
            self.counts = counts
        }
    }

    public init(
        name: String, sha256: String, width: Int, height: Int, model: String, revision: Int?,
        labels: [String]?, options: LabelingOptions, classes: [Class], seconds: [String: Double],
        ignored: String? = nil, warnings: [Warning] = []
    ) {
        self.name = name
        self.sha256 = sha256
        self.width = width
        self.height = height
        self.model = model
        self.revision = revision
        self.labels = labels
        self.options = options
        self.classes = classes
        self.seconds = seconds
        self.ignored = ignored
        let ofImage = warnings.filter(\.code.isAboutImage)
        image = ofImage.isEmpty ? nil : Image(warnings: ofImage)
        let ofLabels = warnings.filter { !$0.code.isAboutImage }
        self.warnings = ofLabels.isEmpty ? nil : ofLabels
    }

    /// All of them, those about the file first.
    public var allWarnings: [Warning] { (image?.warnings ?? []) + (warnings ?? []) }

    /// A line of the file, without its line feed: one JSON object.
    public static func text(of line: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}
