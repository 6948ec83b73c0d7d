/// How often an epoch draws each image so that rare classes are seen more: repeat factor sampling (Gupta, Dollar,
/// Girshick, "LVIS", CVPR 2019) at the length that an epoch has without it.
///
/// With f the share of the images that have a class, its factor is max(1, sqrt(t / f)); an image's is the largest of
/// its classes', that of an image without any 1. t is the mean of f over the classes that occur: classes more frequent
/// than that are never repeated.
public struct ClassBalance: Sendable {
    /// By image, how often an epoch draws it on average; their sum is the number of images.
    public let weights: [Double]
    /// By class, the share of an epoch's images that have it on average, in 0...1.
    public let frequencies: [Double]

    public init(_ set: TrainingSet) {
        let images = Double(set.examples.count)
        let shares = LabelFrequencies(set).values
        let occurring = shares.filter { $0 > 0 }
        let threshold = occurring.reduce(0, +) / Double(max(1, occurring.count))
        let factors = shares.map { $0 > 0 ? max(1, (threshold / $0).squareRoot()) : 1 }
        let repeats = set.examples.map { $0.labels.map { factors[$0] }.max() ?? 1 }
        let scale = images / repeats.reduce(0, +)
        let weights = repeats.map { $0 * scale }
        (self.weights, frequencies) = (weights, LabelFrequencies(set, weights: weights).values)
    }
}
