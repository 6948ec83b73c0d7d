import Engine

extension ManifestLine {
    init(_ labeling: Labeling, name: String, sha256: String, model: Model, labels: [Int]?, options: LabelingOptions) {
        self.init(
            name: name, sha256: sha256, width: labeling.width, height: labeling.height, model: model.digest,
            revision: Pipeline.revision, labels: labels.map { $0.map { model.description.classes[$0] } },
            options: options,
            classes: labeling.classes.map {
                Class(
                    index: $0.index + 1, name: $0.name, posterior: Double($0.posterior),
                    areaShare: Double($0.areaShare), meanPosterior: $0.meanPosterior.map(Double.init),
                    boxes: $0.boxes.map { [$0.x, $0.y, $0.width, $0.height] }, counts: $0.runLength.counts)
            },
            seconds: Dictionary(labeling.timings.map { ($0.stage, $0.seconds) }, uniquingKeysWith: +),
            ignored: labeling.ignored?.counts, warnings: labeling.warnings)
    }

    /// One a class that has pixels.
    /// - Parameter id: the image's in the file.
    func cocoResults(_ id: COCOResult.ImageID) -> [COCOResult] {
        classes.compactMap { entry in
            guard let score = entry.meanPosterior, let counts = entry.counts else { return nil }
            return COCOResult(
                imageID: id, categoryID: entry.index,
                segmentation: .init(size: [height, width], counts: counts), score: Float(score),
                ignored: ignored.map { .init(size: [height, width], counts: $0) })
        }
    }
}
