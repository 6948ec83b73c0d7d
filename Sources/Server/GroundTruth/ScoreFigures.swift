import Engine

/// Figures of masks against their ground truth, as the documents tell them. Exact: all are computed from counts.
struct ScoreFigures: Encodable {
    /// Over the background and the classes that either side has; nil where there is no pixel.
    let meanIou: Double?
    /// Over the classes that either side has; nil where there is none.
    let meanContourF: Double?
    let pixelAccuracy: Double?
    /// Share of the ground truth's pixels that the masks do not leave out.
    let coverage: Double?
    /// Share of all pixels that the ground truth ignores; nil where a score is from before that was counted.
    let ignoredShare: Double?
    /// The background and the classes that either side has.
    let classes: [ClassFigures]

    struct ClassFigures: Encodable {
        /// As in the mask: 0 the background, k the model's k-th class.
        let index: Int
        /// nil for a class whose name is not known, of a model that is not loaded now.
        let name: String?
        let iou: Double?
        let precision: Double?
        let recall: Double?
        /// nil for the background, which has none.
        let contour: ContourFigures?
    }

    /// Boundary pixels, and how many of them lie near the other side's.
    struct ContourFigures: Encodable {
        let f: Double
        let prediction: Int
        let matchedPrediction: Int
        let truth: Int
        let matchedTruth: Int

        init?(_ counts: ContourScore.Counts) {
            guard let f = counts.f else { return nil }
            self.f = f
            prediction = counts.prediction
            matchedPrediction = counts.matchedPrediction
            truth = counts.truth
            matchedTruth = counts.matchedTruth
        }
    }

    /// - Parameter names: of the classes, by class index without the background.
    init(_ sum: ScoreSum, names: (Int) -> String?) {
        let (confusion, contour) = (sum.confusion, sum.contour)
        let (iou, precision, recall) = (confusion.iou, confusion.precision, confusion.recall)
        meanIou = confusion.meanIoU
        meanContourF = contour.mean
        pixelAccuracy = confusion.pixelAccuracy
        coverage = confusion.coverage
        ignoredShare = confusion.ignoredShare
        classes = (0..<confusion.indexCount).compactMap { index in
            let outline = index == 0 ? nil : ContourFigures(contour.classes[index - 1])
            guard iou[index] != nil || outline != nil else { return nil }
            return ClassFigures(
                index: index, name: index == 0 ? "background" : names(index - 1), iou: iou[index],
                precision: precision[index], recall: recall[index], contour: outline)
        }
    }
}

extension Model {
    /// nil for an index that the model does not have.
    func className(_ index: Int) -> String? {
        description.classes.indices.contains(index) ? description.classes[index] : nil
    }
}
