import Foundation

/// Notices that a network has stopped learning, from what every step tells anyway: its classification loss against that of
/// predicting each class with its frequency, and whether its logits still differ between images.
///
/// Steps are judged in blocks. Part of a checkpoint: a resumed run judges as the unbroken one.
struct LearningWatch: Codable, Sendable, Equatable {
    /// What one step tells. Skipped steps count too: it is the network that is judged.
    struct Step: Codable, Sendable, Equatable {
        /// The classification loss, a mean over images and classes.
        let loss: Double
        /// `LabelFrequencies.loss` of the same labels.
        let chance: Double
        /// `PooledLogits.spread`.
        let spread: Double?
        /// Learning rate of pretrained weights.
        let rate: Double
    }

    /// Why a network is beyond help from further steps.
    enum Verdict: Codable, Sendable, Equatable {
        /// Every image gets the same logits, and the loss is that of the labels' frequencies.
        case constant
        /// It had learned to tell images apart, and does so no more.
        case collapsed
        /// The loss is far above that of an untrained network, or not finite.
        case diverged
    }

    /// Steps of a block.
    let length: Int
    /// Steps that hold enough images to judge by.
    let least: Int
    private var block: [Step] = []
    /// The last `least` steps, across blocks.
    private var recent: [Step] = []
    /// Sum of the steps' learning rates.
    private var travelled = 0.0
    /// Largest skill of a block so far.
    private(set) var bestSkill = 0.0
    /// Of the last whole block.
    private(set) var skill: Double?

    /// Images of a block: of fewer, the loss is so uncertain that a network with a skill of 0.2 could pass for one
    /// without any.
    static let blockImages = 256
    /// Images from which a judgement is more than noise.
    static let leastImages = 64
    /// Skill from which a network has learned something: 1 - loss / chance.
    static let learned = 0.2
    /// Skill below which it knows no more than the labels' frequencies.
    static let none = 0.02
    /// Skill that is too little for masks of any use.
    static let little = 0.05
    /// Spread of pooled logits below which a network calls all images alike.
    static let constantSpread = 0.05
    /// Sum of learning rates by which a network should have begun to learn: 20 steps at the default rate.
    static let start = 0.2
    /// Multiple of an untrained network's loss from which a run has diverged.
    static let divergedFactor = 2.0
    /// Of a network whose logits are all zero.
    private static let untrainedLoss = log(2.0)

    /// - Parameter batch: images per step.
    init(stepsPerEpoch: Int, batch: Int) {
        func steps(_ images: Int) -> Int { (images + batch - 1) / batch }
        least = steps(LearningWatch.leastImages)
        // Half an epoch, but neither of too few images nor longer than it takes to be sure.
        length = min(
            max(32, steps(LearningWatch.blockImages)), max(steps(LearningWatch.blockImages), stepsPerEpoch / 2))
    }

    /// - Parameter isLast: whether the run ends with this step, whose block is then judged as it is.
    /// - Returns: a verdict where a block ends with one.
    mutating func add(_ step: Step, isLast: Bool = false) -> Verdict? {
        // No step from such a loss can mend the weights that gave it.
        guard step.loss.isFinite else { return .diverged }
        travelled += step.rate
        block.append(step)
        recent = recent.suffix(least - 1) + [step]
        guard block.count == length || isLast else { return nil }
        defer { block = [] }
        let verdict = verdict(block)
        if block.count >= least {
            skill = LearningWatch.skill(block)
            bestSkill = max(bestSkill, skill ?? 0)
        }
        return verdict
    }

    /// Whether the last steps speak for the network, so that it can be gone back to.
    var isSound: Bool { verdict(recent) == nil }

    private func verdict(_ steps: [Step]) -> Verdict? {
        let loss = LearningWatch.mean(steps.map(\.loss))
        let chance = LearningWatch.mean(steps.map(\.chance))
        if loss > LearningWatch.divergedFactor * max(chance, LearningWatch.untrainedLoss) { return .diverged }
        guard steps.count >= least, let skill = LearningWatch.skill(steps), skill < LearningWatch.none else {
            return nil
        }
        if bestSkill >= LearningWatch.learned { return .collapsed }
        // A network that has hardly moved yet is neither near chance nor has it had time to spread.
        guard travelled >= LearningWatch.start, skill > -LearningWatch.little else { return nil }
        let spreads = steps.compactMap(\.spread)
        return !spreads.isEmpty && LearningWatch.mean(spreads) < LearningWatch.constantSpread ? .constant : nil
    }

    /// nil where the labels tell no image from another.
    private static func skill(_ steps: [Step]) -> Double? {
        let chance = mean(steps.map(\.chance))
        return chance > 0 ? 1 - mean(steps.map(\.loss)) / chance : nil
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    /// Whether a checkpoint's state is one that a run of this shape can have.
    func isPlausible(like other: LearningWatch) -> Bool {
        length == other.length && least == other.least && block.count < length && recent.count <= least
            && travelled.isFinite && travelled >= 0 && bestSkill <= 1
    }
}
