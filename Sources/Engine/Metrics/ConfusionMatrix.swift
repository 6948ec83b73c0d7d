/// Which index of the ground truth was given which index, counted over the pixels of a set.
public struct ConfusionMatrix: Sendable, Equatable {
    /// Background and classes.
    public let indexCount: Int
    /// [truth][prediction], row-major.
    public private(set) var counts: [Int]
    /// Pixels that the prediction leaves out (`IndexMask.ignore`), by truth. They are in no figure but the coverage.
    public private(set) var leftOut: [Int]
    /// Pixels that the ground truth ignores, which are in no figure but their share; nil where it is not known of some
    /// image.
    public private(set) var ignored: Int? = 0

    /// - Parameter classCount: without the background.
    public init(classCount: Int) {
        indexCount = classCount + 1
        counts = [Int](repeating: 0, count: indexCount * indexCount)
        leftOut = [Int](repeating: 0, count: indexCount)
    }

    /// Adds one image.
    /// - Precondition: its indices are at most the number of classes.
    public mutating func add(_ image: ImageScore) {
        ignored = ignored.flatMap { sum in image.ignored.map { sum + $0 } }
        for pair in image.pairs {
            if let prediction = pair.prediction {
                counts[pair.truth * indexCount + prediction] += pair.pixels
            } else {
                leftOut[pair.truth] += pair.pixels
            }
        }
    }

    /// Pixels of each index that were given it.
    private var hits: [Int] { (0..<indexCount).map { counts[$0 * indexCount + $0] } }

    /// Pixels by index of the ground truth, without those left out.
    public var truthPixels: [Int] {
        (0..<indexCount).map { counts[$0 * indexCount..<($0 + 1) * indexCount].reduce(0, +) }
    }

    /// Pixels by index of the prediction.
    public var predictedPixels: [Int] {
        (0..<indexCount).map { stride(from: $0, to: counts.count, by: indexCount).reduce(0) { $0 + counts[$1] } }
    }

    /// Intersection over union of each index, the background first; nil where neither side has a pixel of it.
    public var iou: [Double?] {
        zip(hits, zip(predictedPixels, truthPixels)).map {
            intersectionOverUnion(hits: $0, predicted: $1.0, truth: $1.1)
        }
    }

    /// Share of the pixels given an index that are of it; nil where none was given it.
    public var precision: [Double?] { zip(hits, predictedPixels).map(share) }

    /// Share of an index's pixels that were given it; nil where there is none.
    public var recall: [Double?] { zip(hits, truthPixels).map(share) }

    /// Over background and classes; nil where no pixel counts.
    public var meanIoU: Double? { meanOfPresent(iou) }
    /// Over the indices that have one; nil where none has.
    public var meanPrecision: Double? { meanOfPresent(precision) }
    /// Over the indices that have one; nil where none has.
    public var meanRecall: Double? { meanOfPresent(recall) }

    /// Share of the pixels that were given their own index; nil where there is no pixel.
    public var pixelAccuracy: Double? { share(of: hits.reduce(0, +), in: counts.reduce(0, +)) }

    /// Share of the ground truth's pixels that the prediction does not leave out; nil where there is no pixel.
    public var coverage: Double? {
        let counted = counts.reduce(0, +)
        return share(of: counted, in: counted + leftOut.reduce(0, +))
    }

    /// Share of all pixels that the ground truth ignores; nil where it is not known, or there is no pixel.
    public var ignoredShare: Double? {
        ignored.flatMap { share(of: $0, in: $0 + counts.reduce(0, +) + leftOut.reduce(0, +)) }
    }
}

/// nil of nothing.
func share(of part: Int, in whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }

/// nil for an empty union.
func intersectionOverUnion(hits: Int, predicted: Int, truth: Int) -> Double? {
    share(of: hits, in: predicted + truth - hits)
}

/// The mean of those that are there; nil when none is: a mean of nothing is no figure.
func meanOfPresent(_ values: [Double?]) -> Double? {
    let present = values.compactMap(\.self)
    return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
}
