/// The mean average precision of a network that knows nothing, over images with given labels.
public struct ClassificationChance: Sendable, Equatable {
    /// The mean frequency of the classes that at least one image has, in 0...1: what equal scores of all images come to.
    /// 0 where no image has a class.
    public let mean: Double
    /// What 95 of 100 random rankings stay below, in 0...1.
    public let high: Double

    static let rankings = 200
    static let quantile = 0.95
    /// Fixed, so that figures of two runs over the same images are held against the same chance.
    private static let seed: UInt64 = 1

    /// - Parameter labels: of each image, positions in 0..<classCount, each once.
    public init(labels: [[Int]], classCount: Int) {
        var positives = [Int](repeating: 0, count: classCount)
        for index in labels.joined() { positives[index] += 1 }
        positives.removeAll { $0 == 0 }
        guard !positives.isEmpty else {
            (mean, high) = (0, 0)
            return
        }
        let images = labels.count
        mean = Double(positives.reduce(0, +)) / Double(positives.count * images)
        let rankings = (0..<ClassificationChance.rankings).map { number in
            var random = RandomStream(seed: ClassificationChance.seed, .chance, number)
            var places = Array(1...images)
            let precisions = positives.map { ClassificationChance.precision(of: $0, in: &places, &random) }
            return precisions.reduce(0, +) / Double(positives.count)
        }
        high = Quantiles(rankings).at(ClassificationChance.quantile)
    }

    /// Average precision with the positives at random places, all different: each class has a ranking of its own.
    private static func precision(of positives: Int, in places: inout [Int], _ random: inout RandomStream) -> Double {
        for index in 0..<positives { places.swapAt(index, index + random.index(below: places.count - index)) }
        let precisions = places[..<positives].sorted().enumerated().map { Double($0.offset + 1) / Double($0.element) }
        return precisions.reduce(0, +) / Double(positives)
    }
}
