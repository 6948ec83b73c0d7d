/// Which index of the ground truth was given which index, counted over the pixels of a set.
public struct ConfusionMatrix: Sendable, Equatable {
    /// Background and classes.
    public let indexCount: Int
    /// [truth][prediction], row-major.
    public private(set) var counts: [Int]
    /// Pixels that the prediction leaves out (`IndexMask.ignore`), by truth. They are in none of the figures below.
    public private(set) var leftOut: [Int]

    /// - Parameter classCount: without the background.
    public init(classCount: Int) {
        indexCount = classCount + 1
        counts = [Int](repeating: 0, count: indexCount * indexCount)
        leftOut = [Int](repeating: 0, count: indexCount)
    }

    /// Adds one image.
    /// - Precondition: its indices are at most the number of classes.
    public mutating func add(_ image: ImageScore) {
        for pair in image.pairs {
            if let prediction = pair.prediction {
                counts[pair.truth * indexCount + prediction] += pair.pixels
            } else {
                leftOut[pair.truth] += pair.pixels
            }
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
