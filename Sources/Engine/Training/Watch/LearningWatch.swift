import Foundation

/// Notices that a network has stopped learning, from what every step tells anyway: its classification loss against that of
/// predicting each class with its frequency, and whether its logits still differ between images.
///
/// Steps are judged in blocks of at most half an epoch. Part of a checkpoint: a resumed run judges as the unbroken one.
struct LearningWatch: Codable, Sendable, Equatable {
    /// What one step tells. Steps that were not applied count too: it is the network that is judged.
    struct Step: Codable, Sendable, Equatable {
        /// The classification loss, a mean over images and classes.
        let loss: Double
        /// `LabelFrequencies.loss` of the same labels.
        let chance: Double
        /// `PooledLogits.spread`.
        let spread: Double?
    }

    /// Why a network is beyond help from further steps.
    enum Verdict: Codable, Sendable, Equatable {
        /// Every image gets the same logits, and the loss is that of the labels' frequencies.
        case constant
        /// It had learned to tell images apart, and does so no more.
        case collapsed
        /// The loss is far above that of an untrained network.
        case diverged
    }

    /// Steps of a block.
    let length: Int
    private var block: [Step] = []
    /// Steps so far.
    private var steps = 0
    /// The last steps, across blocks.
    private var recent: [Step] = []
    /// Largest skill of a block so far.
    private(set) var bestSkill = 0.0
    /// Of the last whole block.
    private(set) var skill: Double?

    /// Steps from which a judgement is more than noise.
    static let least = 4
    /// Steps from which a network should have begun to learn.
    static let start = 24
    /// Skill from which a network has learned something: 1 - loss / chance.
    static let learned = 0.1
    /// Skill below which it knows no more than the labels' frequencies.
    static let none = 0.02
    /// Spread of pooled logits below which a network calls all images alike. Healthy networks have 0.2 from their
    /// first epoch on, dead ones 0.02 and less (docs/Results.md).
    static let constantSpread = 0.05
    /// Multiple of an untrained network's loss from which a run has diverged.
    static let divergedFactor = 2.0
    /// Of a network whose logits are all zero.
    private static let untrainedLoss = log(2.0)

    init(stepsPerEpoch: Int) { length = min(32, max(8, stepsPerEpoch / 2)) }

    /// - Parameter isLast: whether the run ends with this step, whose block is then judged as it is.
    /// - Returns: a verdict where a block ends with one.
    mutating func add(_ step: Step, isLast: Bool = false) -> Verdict? {
        guard step.loss.isFinite else { return .diverged }
        steps += 1
        block.append(step)
        recent = recent.suffix(LearningWatch.least - 1) + [step]
        guard block.count == length || isLast else { return nil }
        defer { block = [] }
        let verdict = verdict(block)
        if block.count >= LearningWatch.least {
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
        guard steps.count >= LearningWatch.least, let skill = LearningWatch.skill(steps), skill < LearningWatch.none
        else { return nil }
        if bestSkill >= LearningWatch.learned { return .collapsed }
        guard self.steps >= LearningWatch.start else { return nil }
        let spreads = steps.compactMap(\.spread)
        return !spreads.isEmpty && LearningWatch.mean(spreads) < LearningWatch.constantSpread ? .constant : nil
    }

    /// nil where the labels tell no image from another.
    private static func skill(_ steps: [Step]) -> Double? {
        let chance = mean(steps.map(\.chance))
        return chance > 0 ? 1 - mean(steps.map(\.loss)) / chance : nil
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}
