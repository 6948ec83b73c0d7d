import Foundation

/// How often each class is in a training image, and the classification loss of a network that knows no more than that:
/// what a run has to beat.
struct LabelFrequencies: Sendable {
    /// In [0, 1], [classes]
    let values: [Double]

    /// - Parameter weights: how often each example is drawn, relative to the others; nil for equally often.
    init(_ set: TrainingSet, weights: [Double]? = nil) {
        var sums = [Double](repeating: 0, count: set.classes.count)
        var total = 0.0
        for (index, example) in set.examples.enumerated() {
            let weight = weights?[index] ?? 1
            total += weight
            for label in example.labels { sums[label] += weight }
        }
        values = sums.map { $0 / max(total, .leastNormalMagnitude) }
    }

    /// The multi-label soft margin loss of predicting every class with its frequency: the mean over images and classes
    /// of -y log f - (1 - y) log(1 - f). A class that all images or none have adds nothing.
    /// - Parameter labels: 0 or 1, [images, classes]
    func loss(labels: UnsafePointer<Float>, images: Int) -> Double {
        var sum = 0.0
        for (index, frequency) in values.enumerated() where frequency > 0 && frequency < 1 {
            for image in 0..<images {
                sum -= labels[image * values.count + index] > 0 ? log(frequency) : log1p(-frequency)
            }
        }
        return sum / Double(max(1, images * values.count))
    }
}
