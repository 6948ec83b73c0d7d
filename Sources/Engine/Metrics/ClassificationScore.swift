/// How well a network tells which classes images have, by their image-level labels alone.
public struct ClassificationScore: Sendable, Equatable {
    public let images: Int
    /// Of each class, in 0...1; nil where no image has it.
    public let averagePrecision: [Double?]
    /// Share of the images whose predicted classes are exactly their labels, in 0...1. Predicted is as `label` does
    /// without labels: posterior over 0.5, else the single best; so an image without any class never matches.
    public let exactMatches: Double
    public let chance: ClassificationChance

    /// - Parameters:
    ///   - logits: the classifier's, of each image [classes].
    ///   - labels: of each image, positions in the classes, ascending, each once.
    ///   - chance: of the same labels.
    /// - Precondition: as many logits as labels, at least one.
    init(logits: [[Float]], labels: [[Int]], classCount: Int, chance: ClassificationChance) {
        precondition(logits.count == labels.count && !labels.isEmpty)
        images = labels.count
        self.chance = chance
        var isPositive = [[Bool]](repeating: [Bool](repeating: false, count: labels.count), count: classCount)
        for (image, indices) in labels.enumerated() { for index in indices { isPositive[index][image] = true } }
        averagePrecision = isPositive.enumerated().map { index, isPositive in
            AveragePrecision.value(scores: logits.map { $0[index] }, isPositive: isPositive)
        }
        let matches = zip(logits, labels).count { logits, labels in
            ClassActivationMaps.predictedClasses(ClassActivationMaps.posteriors(logits)) == labels
        }
        exactMatches = Double(matches) / Double(labels.count)
    }

    /// mAP: over the classes that at least one image has, in 0...1; 0 where there is none.
    public var meanAveragePrecision: Double { meanOfPresent(averagePrecision) ?? 0 }

    /// Whether mAP is over what 95 of 100 random rankings of the same labels reach.
    public var isBetterThanChance: Bool { meanAveragePrecision > chance.high }
}
