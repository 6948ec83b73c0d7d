import Crypto
import Foundation
import Text

/// Trains a CAM network from image-level labels, step by step.
public final class Trainer {
    public let recipe: Recipe
    public let classes: [String]
    /// One of `Architectures`.
    public var architecture: String { trainable.architecture.name }
    /// That the network's input goes through: the backbone file's, or the architecture's.
    public let normalisation: ModelDescription.Normalisation
    /// Steps done.
    public internal(set) var step: Int
    public var stepsPerEpoch: Int { rounds.stepsPerEpoch }
    public var steps: Int { rounds.steps }
    public var epochs: Int { rounds.totalEpochs }
    /// Rounds of self-training after that of the last step.
    public var roundsLeft: Int { rounds.left(after: max(0, step - 1)) }
    public let threads: Int
    /// SHA-256 of the backbone file.
    public let backboneDigest: String

    let trainable: TrainableNetwork
    let state: OptimizerState
    let stepper: TrainingStep
    let set: TrainingSet
    private let rounds: Rounds
    private let frequencies: LabelFrequencies
    let dataDigest: String
    /// Of the round that it belongs to.
    var loader: (round: Int, batches: BatchLoader)?
    /// Notices a network that has stopped learning.
    var watch: LearningWatch
    /// Where the run goes back to when it has.
    var good: TrainingState
    /// Where it went back, in this order.
    public internal(set) var recoveries: [Recovery]
    /// Of the epochs that `keepIfBest` saw.
    var best: BestWeights?
    /// What becomes the model, where that is not the network as it is.
    var chosen: FloatBuffer?

    /// Why a run can't start, or can't go on.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What one step did.
    public struct StepReport: Sendable {
        public let step: Int
        /// From 1 on.
        public let epoch: Int
        /// Means over the batch, unweighted.
        public let losses: LossValues
        /// What was minimised.
        public let total: Float
        /// L2 of the whole gradient, before it was clipped.
        public let gradientNorm: Float
        /// Whether the gradient was shortened to the recipe's limit.
        public let isClipped: Bool
        /// Whether weights changed: not where loss or gradient are no finite numbers, or the gradient is far longer than
        /// those before it.
        public let isApplied: Bool
        /// The classification loss of predicting each class with its frequency among the training images.
        public let chance: Double
        /// How much the mean logits of a class differ between the batch's images: their standard deviation, the mean over
        /// classes; nil for small batches.
        public let spread: Float?
        /// Of pretrained weights.
        public let learningRate: Float
        /// What labelling the training images took before it, at the start of a round or of a resumed run.
        public let labelling: Duration
        /// Where the run went back after this step, if it did.
        public let recovery: Recovery?
    }

    /// - Parameters:
    ///   - set: checked pictures with labels.
    ///   - backbone: a safetensors file with the trunk's weights under a public checkpoint's names.
    ///   - architecture: nil takes the file's own word (`architecture` in its metadata).
    ///   - checkpoint: where an earlier run of the same recipe stopped.
    public init(
        _ set: TrainingSet, backbone path: String, architecture name: String?, recipe: Recipe, threads: Int,
        resuming checkpoint: Checkpoint? = nil
    ) throws {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw Failure(description: "\(path): can't be read: \(FileFault.words(of: error))")
        }
        let file = try Safetensors(bytes, file: path)
        guard let named = name ?? file.metadata["architecture"] else {
            throw Failure(description: "\(path): does not say its architecture; give it with --architecture")
        }
        guard let architecture = Architectures.named(named) else {
            throw Failure(
                description: "unknown architecture \(named.shown); known are \(Architectures.names)")
        }
        normalisation = try file.normalisation() ?? architecture.preprocessing
        trainable = try TrainableNetwork(
            architecture, recipe: recipe, backbone: BackboneFile(file, architecture: architecture),
            classCount: set.classes.count)
        let parameters = trainable.parameters
        state = OptimizerState(parameters)
        dataDigest = Checkpoint.digest(set)
        backboneDigest = SHA256.hash(data: bytes).hexDigits
        if let checkpoint {
            try Trainer.check(checkpoint, recipe: recipe, data: dataDigest, backbone: backboneDigest, parameters)
        }
        stepper = TrainingStep(
            trainable, recipe: recipe, state: state, team: ThreadTeam(size: threads), normalisation: normalisation)
        let order = BatchOrder(seed: recipe.seed, exampleCount: set.examples.count, batchSize: recipe.batch)
        rounds = Rounds(recipe, stepsPerEpoch: order.batchesPerEpoch)
        frequencies = LabelFrequencies(set, weights: recipe.balanced ? ClassBalance(set).weights : nil)
        watch = LearningWatch(stepsPerEpoch: order.batchesPerEpoch, batch: recipe.batch)
        good =
            checkpoint?.good ?? checkpoint?.state
            ?? TrainingState(
                step: 0, values: FloatBuffer(copying: parameters.values),
                velocity: FloatBuffer(count: parameters.count),
                average: FloatBuffer(copying: parameters.values), teacher: nil, monitor: .init(watch: watch))
        (recoveries, best) = (checkpoint?.recoveries ?? [], checkpoint?.best)
        (self.set, self.recipe, self.threads) = (set, recipe, threads)
        (classes, step) = (set.classes, 0)
        let fresh = watch
        restore(checkpoint?.state ?? good)
        guard max(step, good.step) <= rounds.steps else {
            throw Failure(description: "the checkpoint is damaged: at step \(step) of \(rounds.steps)")
        }
        guard [watch, good.monitor.watch].allSatisfy({ $0.isPlausible(like: fresh) }) else {
            throw Failure(description: "the checkpoint is damaged: its record of the last steps is of another run")
        }
    }

    private static func check(
        _ checkpoint: Checkpoint, recipe: Recipe, data: String, backbone: String, _ parameters: ParameterSet
    ) throws(Failure) {
        func fail(_ what: String) -> Failure {
            Failure(description: "the checkpoint belongs to \(what); resume with the options it was made with")
        }
        guard checkpoint.data == data else { throw fail("other images, labels or classes, or held out other images") }
        guard checkpoint.backbone == backbone else { throw fail("another backbone file") }
        guard checkpoint.recipe == recipe else {
            let names = recipe.differences(from: checkpoint.recipe).joined(separator: ", ")
            throw fail("another recipe, which differs in \(names)")
        }
        let table = parameters.table
        guard checkpoint.parameters == table, checkpoint.state.values.count == parameters.count else {
            let first = zip(checkpoint.parameters, table).first { $0 != $1 }
            throw fail("another architecture\(first.map { ", whose \($0.shown) is \($1) here" } ?? "")")
        }
    }

    /// One step; and, where the network has stopped learning, the way back to its last good state.
    /// - Parameter labelling: called while the network labels its training images, before a round of self-training.
    /// - Throws: `PictureFile.Unreadable` when an image vanished; `DeadRun` when going back did not help.
    public func runStep(
        labelling: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> StepReport {
        let (batches, labelled) = try batches(labelling)
        let batch = try batches.next()
        let rate = rounds.rate(at: step, recipe.optimizer) * Recovery.rateFactor(recoveries)
        let report = stepper.run(batch, step: step, rate: rate)
        step += 1
        let number = step
        let chance = frequencies.loss(labels: batch.labels.pointer, images: batch.size)
        let reason = fault(report, chance: chance, rate: rate)
        let recovery = try reason.map(recover)
        if recovery == nil, step % stepsPerEpoch == 0 { rememberIfSound() }
        return StepReport(
            step: number, epoch: batch.epoch + 1, losses: report.losses, total: report.total,
            gradientNorm: report.gradientNorm, isClipped: report.decision.isClipped,
            isApplied: report.decision != .leave, chance: chance, spread: report.spread, learningRate: rate,
            labelling: labelled, recovery: recovery)
    }

    /// What is wrong with the network after a step, if anything; completes a sentence that begins with "the network".
    private func fault(_ report: TrainingStep.Report, chance: Double, rate: Float) -> String? {
        guard report.weightNorm.isFinite else { return "has non-finite weights" }
        let loss = report.losses.terms.classification(recipe.objective.weights)
        let verdict = watch.add(
            LearningWatch.Step(
                loss: Double(loss), chance: chance, spread: report.spread.map(Double.init), rate: Double(rate)),
            isLast: step == steps)
        if let verdict { return verdict.reason }
        return stepper.stepGuard.leftInARow >= StepGuard.mostInARow
            ? "has gradients that can't be applied, \(StepGuard.mostInARow) steps in a row" : nil
    }

    /// The batches of the step's round, from the step on, and how long the labelling took that they begin with.
    private func batches(
        _ labelling: (@Sendable (Int, Int) -> Void)?
    ) throws -> (batches: BatchLoader, labelled: Duration) {
        let position = rounds.position(of: step)
        if let loader, loader.round == position.round { return (loader.batches, .zero) }
        loader?.batches.stop()
        var (targets, labelled): (SoftTargets?, Duration) = (nil, .zero)
        if position.round > 0, let selfTraining = recipe.selfTraining {
            if position.step == 0 || state.teacher == nil { state.teacher = FloatBuffer(copying: current) }
            let teacher = Teacher(
                model: try model(state.teacher ?? current), threads: threads,
                backgroundScore: selfTraining.backgroundScore, scales: selfTraining.scales)
            let began = ContinuousClock.now
            targets = try teacher.targets(of: set, progress: labelling)
            labelled = ContinuousClock.now - began
        }
        let batches = BatchLoader(
            set, augmentation: recipe.augmentation, normalisation: normalisation,
            batchSize: recipe.batch, seed: recipe.seed, epoch: step / stepsPerEpoch,
            indexInEpoch: step % stepsPerEpoch, targets: targets, outputStride: recipe.outputStride,
            balanced: recipe.balanced)
        loader = (position.round, batches)
        return (batches, labelled)
    }
}
