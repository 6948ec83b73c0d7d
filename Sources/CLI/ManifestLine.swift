import Engine

/// One image of `manifest.jsonl`.
struct ManifestLine: Codable {
    let name: String
    let sha256: String
    let width: Int
    let height: Int
    let model: String
    /// As given; nil when the classifier decided.
    let labels: [String]?
    let options: LabelingOptions
    let classes: [Class]
    let seconds: [String: Double]

    struct Class: Codable {
        let index: Int
        let name: String
        let posterior: Float
        let areaShare: Float
        let meanPosterior: Float?
        let boxes: [[Int]]
        let counts: String
    }

    init(_ labeling: Labeling, name: String, sha256: String, model: Model, labels: [Int]?, options: LabelingOptions) {
        self.name = name
        self.sha256 = sha256
        width = labeling.width
        height = labeling.height
        self.model = model.digest
        self.labels = labels.map { $0.map { model.description.classes[$0] } }
        self.options = options
        classes = labeling.classes.map {
            Class(
                index: $0.index + 1, name: $0.name, posterior: $0.posterior, areaShare: $0.areaShare,
                meanPosterior: $0.meanPosterior, boxes: $0.boxes.map { [$0.x, $0.y, $0.width, $0.height] },
                counts: $0.runLength.counts)
        }
        seconds = Dictionary(labeling.timings.map { ($0.stage, $0.seconds) }, uniquingKeysWith: +)
    }

    /// One a class that has pixels.
    var cocoResults: [COCOResult] {
        classes.compactMap { entry in
            entry.meanPosterior.map { score in
                COCOResult(
                    imageID: .init(stem: name), categoryID: entry.index,
                    segmentation: .init(size: [height, width], counts: entry.counts), score: score)
            }
        }
    }
}
