import Engine

extension Evaluation {
    /// The background score, of class maps.
    struct Sweep: Encodable {
        /// Of all figures.
        let score: Float
        let isGiven: Bool
        /// The best of the images that are evaluated.
        let bestScore: Float
        /// At the background scores 0, 0.01, ..., 0.99.
        let meanIoU: [Double]

        private enum CodingKeys: String, CodingKey {
            case score, isGiven, bestScore
            case meanIoU = "meanIou"
        }

        init(_ curve: SweepCurve, score: Float, isGiven: Bool) {
            (self.score, self.isGiven, bestScore, meanIoU) = (score, isGiven, curve.bestScore, curve.meanIoU)
        }

        var text: String {
            isGiven
                ? "background score \(score) was given; the best of this set is \(bestScore)"
                : "background score \(score) is the best OF THIS SET; chosen on these images, it flatters the figures"
        }
    }

    /// This run against another: differences are this one's figures minus the other's.
    struct Comparison: Encodable {
        let with: String
        /// nil where one run has no such figure.
        let meanIoU: Figure?
        let contourF: Figure?
        /// Images by their own mean IoU.
        let better: Int
        let worse: Int
        let equal: Int
        /// The images that differ most first.
        let images: [Image]

        struct Image: Encodable {
            let name: String
            let meanIoU: Double
            let otherMeanIoU: Double

            private enum CodingKeys: String, CodingKey {
                case name
                case meanIoU = "meanIou"
                case otherMeanIoU = "otherMeanIou"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case with, contourF, better, worse, equal, images
            case meanIoU = "meanIou"
        }

        private static let shownImages = 10

        init(_ comparison: RunComparison, with other: String, names: [String]) {
            with = other
            meanIoU = Figure(comparison.meanIoU?.value, comparison.meanIoU?.interval)
            contourF = Figure(comparison.contourF?.value, comparison.contourF?.interval)
            (better, worse, equal) = (comparison.better, comparison.worse, comparison.equal)
            images = comparison.images.prefix(Comparison.shownImages).filter { $0.difference != 0 }
                .map { Image(name: names[$0.index], meanIoU: $0.ours, otherMeanIoU: $0.theirs) }
        }
    }
}
