/// Which index of the ground truth was given which index, counted over the pixels of a set.
public struct ConfusionMatrix: Sendable, Equatable {
    /// Background and classes.
    public let indexCount: Int
    /// [truth][prediction], row-major.
    public private(set) var counts: [Int]

    /// - Parameter classCount: without the background.
    public init(classCount: Int) {
        indexCount = classCount + 1
        counts = [Int](repeating: 0, count: indexCount * indexCount)
    }

    /// Adds one image. Pixels whose ground truth is `IndexMask.ignore` do not count.
    /// - Precondition: same sizes; other indices are at most the number of classes, those of the prediction everywhere.
    public mutating func add(prediction: IndexMask, truth: IndexMask) {
        precondition(prediction.width == truth.width && prediction.height == truth.height)
        for (true_, predicted) in zip(truth.indices, prediction.indices) where true_ != IndexMask.ignore {
            precondition(true_ < indexCount && predicted < indexCount)
            counts[Int(true_) * indexCount + Int(predicted)] += 1
        }
    }

    /// Intersection over union of each index, the background first; nil where neither side has a pixel of it.
    public var iou: [Double?] {
        (0..<indexCount).map { index in
            let hits = counts[index * indexCount + index]
            let truth = counts[index * indexCount..<(index + 1) * indexCount].reduce(0, +)
            let predicted = stride(from: index, to: counts.count, by: indexCount).reduce(0) { $0 + counts[$1] }
            return intersectionOverUnion(hits: hits, predicted: predicted, truth: truth)
        }
    }

    /// Over background and classes.
    public var meanIoU: Double { meanOfPresent(iou) }
}

/// nil for an empty union.
func intersectionOverUnion(hits: Int, predicted: Int, truth: Int) -> Double? {
    let union = predicted + truth - hits
    return union == 0 ? nil : Double(hits) / Double(union)
}

/// The mean of those that are there; 0 when none is.
func meanOfPresent(_ values: [Double?]) -> Double {
    let present = values.compactMap(\.self)
    return present.isEmpty ? 0 : present.reduce(0, +) / Double(present.count)
}
