import Engine
import Foundation

extension TrainingLog {
    /// A look at the held-out images: the classifier against their image-level labels, one scale. Figures in 0...1.
    struct HeldOut: Codable {
        /// Epochs done.
        let epoch: Int
        let heldOutImages: Int
        let meanAveragePrecision: Double
        let exactMatches: Double
        /// By class (`ClassKeys`); nil for a class that none of the images has.
        let averagePrecision: [String: Double?]
        /// What `meanAveragePrecision` is for a network that knows nothing, on average.
        let chance: Double
        /// What 95 of 100 random rankings stay below.
        let chanceHigh: Double
        let isFinal: Bool

        var isBetterThanChance: Bool { meanAveragePrecision > chanceHigh }
    }
}

extension TrainingLog.HeldOut {
    /// - Parameter classKeys: one for each class of the score.
    init(epoch: Int, _ score: ClassificationScore, classKeys: [String], isFinal: Bool) {
        self.init(
            epoch: epoch, heldOutImages: score.images, meanAveragePrecision: score.meanAveragePrecision,
            exactMatches: score.exactMatches,
            averagePrecision: Dictionary(
                zip(classKeys, score.averagePrecision), uniquingKeysWith: { first, _ in first }),
            chance: score.chance.mean, chanceHigh: score.chance.high, isFinal: isFinal)
    }

    var text: String {
        String(
            format: "held-out images (%d): mAP %.1f, exact matches %.1f %%, chance %.1f", heldOutImages,
            100 * meanAveragePrecision, 100 * exactMatches, 100 * chance)
    }

    /// Nil where the network is better than chance.
    var warning: String? {
        guard !isBetterThanChance else { return nil }
        let figures = String(format: "mAP %.1f", 100 * meanAveragePrecision)
        let chance = String(format: "%.1f", 100 * chanceHigh)
        return """
            warning: \(figures) on \(heldOutImages) held-out images is no better than chance (one of twenty random \
            rankings reaches \(chance)). The model is written, but nothing shows that it tells the classes apart on \
            images that it was not trained on, and its masks are not to be trusted. Check that the labels belong to \
            the images; try more epochs, a lower --lr, another backbone, or more images of each class. With few images \
            held out, luck goes far: hold out more.
            """
    }
}
