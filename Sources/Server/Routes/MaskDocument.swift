import Engine
import Foundation
import HTTPTypes
import Store

/// The JSON answer about a mask.
struct MaskDocument: Encodable {
    let id: String
    let cached: Bool
    let image: Image
    let model: ModelReference
    let labels: [String]
    let labelSource: String
    let options: LabelingOptions?
    let classes: [ClassDocument]
    /// Pixels that the mask leaves out; nil where there are none.
    let ignored: Segmentation?
    /// Of the labels; nil where there are none.
    let warnings: [WarningDocument]?
    let timings: [String: Double]
    let createdAt: String
    let groundTruth: GroundTruthDocument?
    let links: Links

    struct Image: Encodable {
        let sha256: String
        let width: Int
        let height: Int
        let mediaType: String
        /// nil where there are none.
        let warnings: [WarningDocument]?
    }

    struct ModelReference: Encodable {
        let digest: String
        /// nil for a model that is not loaded now.
        let name: String?

        init(_ digest: ContentDigest, models: ServedModels) {
            self.digest = digest.rawValue
            name = models.serving(digest)?.model.name
        }
    }

    struct ClassDocument: Encodable {
        /// Value of the class's pixels in the mask: position in the model's classes + 1.
        let index: Int
        let name: String
        let posterior: Double
        let areaShare: Double
        let meanPosterior: Double?
        /// [x, y, width, height] in pixels, as COCO writes them.
        let boxes: [[Int]]
        let segmentation: Segmentation
    }

    /// COCO's compressed run-length encoding.
    struct Segmentation: Encodable {
        let size: [Int]
        let counts: String
    }

    struct Links: Encodable {
        let `self`: String
        let mask: String
        let overlay: String
        let groundTruth: String
    }

    /// - Throws: when the store has what cannot be read.
    init(_ answer: MaskService.Answer, models: ServedModels) throws {
        let record = answer.record
        id = record.id.rawValue
        cached = answer.cached
        image = Image(
            sha256: record.imageSHA256.rawValue, width: record.imageWidth, height: record.imageHeight,
            mediaType: record.imageMediaType, warnings: WarningDocument.list(record.warnings, aboutImage: true))
        self.model = ModelReference(record.modelDigest, models: models)
        labels = record.classes.map(\.name)
        labelSource = record.labelSource.rawValue
        let options = try? MaskAddress.Content(record.options).options
        self.options = options
        let size = [record.imageHeight, record.imageWidth]
        classes = record.classes.map { entry in
            ClassDocument(
                index: entry.classIndex + 1, name: entry.name, posterior: entry.posterior, areaShare: entry.areaShare,
                meanPosterior: entry.meanPosterior,
                boxes: entry.boxes.numbers(of: options, width: record.imageWidth, height: record.imageHeight),
                segmentation: Segmentation(size: size, counts: entry.rleCounts))
        }
        ignored = record.ignoredCounts.map { Segmentation(size: size, counts: $0) }
        warnings = WarningDocument.list(record.warnings, aboutImage: false)
        timings = record.timings.secondsByStage
        createdAt = record.createdAt.formatted(.iso8601)
        groundTruth = try answer.groundTruth.map { try GroundTruthDocument($0, of: record, models: models) }
        let path = MaskRoutes.path(record.id)
        links = Links(
            self: path, mask: path + "/mask.png", overlay: path + "/overlay.png",
            groundTruth: GroundTruthRoutes.path(record.id))
    }
}

extension [BoxRecord] {
    /// As COCO and the documents here write them. Masks from before small components were left out have boxes of all:
    /// those that cannot hold a component of the least size are left out here.
    func numbers(of options: LabelingOptions?, width: Int, height: Int) -> [[Int]] {
        let minimum = options?.minimumPixels(of: width * height) ?? 1
        return filter { $0.width * $0.height >= minimum }.map { [$0.x, $0.y, $0.width, $0.height] }
    }
}

extension [StageTiming] {
    var secondsByStage: [String: Double] { Dictionary(map { ($0.stage, $0.seconds) }, uniquingKeysWith: +) }
}

extension Response {
    /// JSON with snake_case keys.
    static func json(_ document: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        Response(status, "application/json", try encoded(document))
    }

    static func encoded(_ document: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(document)
    }
}
