import Engine
import Foundation

/// All that `evaluate` found: what its JSON says, and what table and report are made of. Figures are shares of 1.
struct Evaluation: Encodable {
    /// A figure with its interval.
    struct Figure: Encodable {
        let value: Double
        let low: Double
        let high: Double

        init(_ value: Double, _ interval: Bootstrap.Interval) {
            (self.value, low, high) = (value, interval.low, interval.high)
        }

        /// nil of a figure that is not defined.
        init?(_ value: Double?, _ interval: Bootstrap.Interval?) {
            guard let value, let interval else { return nil }
            self.init(value, interval)
        }
    }

    /// An index of the masks: the background, then the classes. What can't be said of it is nil.
    struct Row: Encodable {
        let index: Int
        let name: String
        let iou: Figure?
        let precision: Double?
        let recall: Double?
        let contourF: Double?
        /// Boundary pixels; nil for the background.
        let contour: ContourScore.Counts?
        /// Of the ground truth.
        let pixels: Int
        let images: Int
    }

    struct Resampling: Encodable {
        let resamples: Int
        let seed: UInt64
        let confidence: Double
    }

    let provenance: Provenance
    /// nil where there are none.
    let warnings: [String]?
    let images: Int
    /// Each figure is nil where it is not defined: of what no image has.
    let meanIoU: Figure?
    let contourF: Figure?
    let pixelAccuracy: Figure?
    let meanPrecision: Double?
    let meanRecall: Double?
    let coverage: Double?
    /// Share of all pixels that the ground truth ignores.
    let ignoredShare: Double?
    let bootstrap: Resampling
    let sweep: Sweep?
    let classes: [Row]
    /// [ground truth][prediction], pixels.
    let confusion: [[Int]]
    /// Pixels that the prediction leaves out, by ground truth.
    let leftOut: [Int]
    let comparison: Comparison?

    private enum CodingKeys: String, CodingKey {
        case provenance, warnings, ignoredShare
        case images, contourF, pixelAccuracy, meanPrecision, meanRecall, coverage, bootstrap, sweep, classes, confusion
        case leftOut, comparison
        case meanIoU = "meanIou"  // written as mean_iou, not mean_io_u
    }

    /// - Parameters:
    ///   - names: of the images.
    ///   - classes: of all indices, the background first.
    ///   - scores: [run][image]; one run, or two to compare.
    ///   - warnings: what is odd about the set and no fault.
    ///   - other: the directory of the second run.
    init(
        _ provenance: Provenance, warnings: [String],
        names: [String], classes: [String], scores: [[ImageScore]], bootstrap: Bootstrap, sweep: Sweep?,
        comparedWith other: String?
    ) {
        let classCount = classes.count - 1
        let set = SetScore(scores[0], classCount: classCount)
        let intervals = bootstrap.intervals(of: scores[0], classCount: classCount)
        let (matrix, contour) = (set.confusion, set.contour)
        self.provenance = provenance
        self.warnings = warnings.isEmpty ? nil : warnings
        images = names.count
        meanIoU = Figure(matrix.meanIoU, intervals.meanIoU)
        contourF = Figure(contour.mean, intervals.contourF)
        pixelAccuracy = Figure(matrix.pixelAccuracy, intervals.accuracy)
        meanPrecision = matrix.meanPrecision
        meanRecall = matrix.meanRecall
        coverage = matrix.coverage
        ignoredShare = matrix.ignoredShare
        self.bootstrap = Resampling(
            resamples: bootstrap.resamples, seed: bootstrap.seed, confidence: Bootstrap.confidence)
        self.sweep = sweep
        let (iou, precision, recall, pixels) = (matrix.iou, matrix.precision, matrix.recall, matrix.truthPixels)
        self.classes = classes.enumerated().map { index, name in
            Row(
                index: index, name: name, iou: Figure(iou[index], intervals.iou[index]), precision: precision[index],
                recall: recall[index],
                contourF: index == 0 ? nil : contour.classes[index - 1].f,
                contour: index == 0 ? nil : contour.classes[index - 1], pixels: pixels[index],
                images: set.images[index])
        }
        confusion = (0...classCount).map { row in
            Array(matrix.counts[row * matrix.indexCount..<(row + 1) * matrix.indexCount])
        }
        leftOut = matrix.leftOut
        comparison = other.map {
            Comparison(
                RunComparison(scores[0], scores[1], classCount: classCount, bootstrap: bootstrap), with: $0,
                names: names)
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
