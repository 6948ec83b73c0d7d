import Crypto
import Foundation
import Text

/// Trains a CAM network from image-level labels, step by step.
public final class Trainer {
    public let recipe: Recipe
    public let classes: [String]
    /// "efficientnet-lite0" to "efficientnet-lite4".
    public var architecture: String { trainable.network.architecture.name }
    /// Steps done.
    public private(set) var step: Int
    public var stepsPerEpoch: Int { rounds.stepsPerEpoch }
    public var steps: Int { rounds.steps }
    public var epochs: Int { rounds.totalEpochs }
    /// Rounds of self-training after that of the last step.
    public var roundsLeft: Int { rounds.left(after: max(0, step - 1)) }
    public let threads: Int
    /// SHA-256 of the backbone file.
    public let backboneDigest: String

    private let trainable: TrainableNetwork
    private let state: OptimizerState
    private let stepper: TrainingStep
    private let set: TrainingSet
    private let rounds: Rounds
    private let dataDigest: String
    /// Of the round that it belongs to.
    private var loader: (round: Int, batches: BatchLoader)?

    /// Why a run can't start, or can't go on.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What one step did.
    public struct StepReport: Sendable {
        public let step: Int
        public let epoch: Int
        /// Means over the batch, unweighted.
        public let losses: LossValues
        /// What was minimised.
        public let total: Float
        public let gradientNorm: Float
        /// Of pretrained weights.
        public let learningRate: Float
        /// What labelling the training pictures took before it, at the start of a round or of a resumed run.
        public let labelling: Duration
    }

    /// - Parameters:
    ///   - set: checked pictures with labels.
    ///   - backbone: a safetensors file with the trunk's weights under the public checkpoints' names.
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
            throw Failure(description: "\(path): can't be read: \(error.localizedDescription)")
        }
        let file = try Safetensors(bytes, file: path)
        guard let named = name ?? file.metadata["architecture"] else {
            throw Failure(description: "\(path): does not say its architecture; give it with --architecture")
        }
        guard let architecture = EfficientNetLite.named(named) else {
            let known = EfficientNetLite.all.map(\.name).joined(separator: ", ")
            throw Failure(description: "unknown architecture \(named.shown); known are \(known)")
        }
        trainable = try TrainableNetwork(
            architecture, recipe: recipe, backbone: file, classCount: set.classes.count)
        let parameters = trainable.parameters
        state = OptimizerState(parameters)
        dataDigest = Checkpoint.digest(set)
        backboneDigest = SHA256.hash(data: bytes).hexDigits
        step = 0
        if let checkpoint {
            try Trainer.check(checkpoint, recipe: recipe, data: dataDigest, backbone: backboneDigest, parameters)
            for (block, values) in [
                (parameters.values, checkpoint.values), (state.velocity, checkpoint.velocity),
                (state.average, checkpoint.average),
            ] {
                values.withUnsafeBufferPointer { block.pointer.update(from: $0.baseAddress!, count: $0.count) }
            }
            state.teacher = checkpoint.teacher.map { FloatBuffer($0) }
            step = checkpoint.step
        }
        trainable.refill()
        stepper = TrainingStep(
            trainable, recipe: recipe, state: state, team: ThreadTeam(size: threads))
        let order = BatchOrder(seed: recipe.seed, exampleCount: set.examples.count, batchSize: recipe.batch)
        rounds = Rounds(recipe, stepsPerEpoch: order.batchesPerEpoch)
        guard step <= rounds.steps else {
            throw Failure(description: "the checkpoint is damaged: at step \(step) of \(rounds.steps)")
        }
        self.set = set
        self.recipe = recipe
        self.threads = threads
        classes = set.classes
    }

    private static func check(
        _ checkpoint: Checkpoint, recipe: Recipe, data: String, backbone: String, _ parameters: ParameterSet
    ) throws(Failure) {
        func fail(_ what: String) -> Failure {
            Failure(description: "the checkpoint belongs to \(what); resume with the options it was made with")
        }
        guard checkpoint.data == data else { throw fail("other images, labels or classes") }
        guard checkpoint.backbone == backbone else { throw fail("another backbone file") }
        guard checkpoint.recipe == recipe else {
            let names = recipe.differences(from: checkpoint.recipe).joined(separator: ", ")
            throw fail("another recipe, which differs in \(names)")
        }
        guard checkpoint.values.count == parameters.count else { throw fail("another architecture") }
    }

    /// One step.
    /// - Parameter labelling: called while the network labels its training pictures, before a round of self-training.
    /// - Throws: `PictureFile.Unreadable` when a picture vanished; `Failure` when the loss is no number any more.
    public func runStep(
        labelling: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> StepReport {
        let (batches, labelled) = try batches(labelling)
        let batch = try batches.next()
        let report = stepper.run(batch, step: step, rate: rounds.rate(at: step, recipe.optimizer))
        let total = report.losses.total(recipe.objective.weights)
        guard total.isFinite, report.gradientNorm.isFinite, report.weightNorm.isFinite else {
            throw Failure(
                description: "step \(step + 1): the loss is \(total), the norm of the gradient "
                    + "\(report.gradientNorm), of the weights \(report.weightNorm); "
                    + "try a lower --lr (now \(recipe.optimizer.learningRate))")
        }
        step += 1
        return StepReport(
            step: step, epoch: batch.epoch, losses: report.losses, total: total, gradientNorm: report.gradientNorm,
            learningRate: report.learningRate, labelling: labelled)
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
            if position.step == 0 || state.teacher == nil { state.teacher = FloatBuffer(copying: result) }
            let teacher = Teacher(
                model: try model(state.teacher ?? result), threads: threads,
                backgroundScore: selfTraining.backgroundScore, scales: selfTraining.scales)
            let began = ContinuousClock.now
            targets = try teacher.targets(of: set, progress: labelling)
            labelled = ContinuousClock.now - began
        }
        let batches = BatchLoader(
            set, augmentation: recipe.augmentation, normalisation: EfficientNetLite.imageNetNormalisation,
            batchSize: recipe.batch, seed: recipe.seed, epoch: step / stepsPerEpoch,
            indexInEpoch: step % stepsPerEpoch, targets: targets, outputStride: recipe.outputStride,
            balanced: recipe.balanced)
        loader = (position.round, batches)
        return (batches, labelled)
    }

    /// What the run would give now: the average of the weights where the recipe has one.
    private var result: FloatBuffer { recipe.averageDecay > 0 ? state.average : trainable.parameters.values }

    private func weights(_ block: FloatBuffer) throws -> Data {
        try trainable.parameters.encoded(
            block, classRows: trainable.backgroundRows..<trainable.network.classCount)
    }

    /// The network with the weights of `block`, for use at once.
    private func model(_ block: FloatBuffer) throws -> Model {
        try Model(weights: weights(block), description: ModelDescription(trainer: self))
    }

    /// The run as it is now.
    public func checkpoint() throws -> Data {
        try Checkpoint.encoded(
            recipe: recipe, step: step, threads: threads, data: dataDigest, backbone: backboneDigest,
            parameters: trainable.parameters, state: state)
    }

    /// A checkpoint of the network alone, float32: the average of the weights where the recipe has one.
    public func weights() throws -> Data { try weights(result) }

    /// The network as it is now, for use at once.
    public func model() throws -> Model { try model(result) }

    /// What the maps of the network as it is now rise to; parameters and result as in `MapMaximum.measure`.
    public func mapMaximum(scales: [Double], progress: (@Sendable (Int, Int) -> Void)? = nil) throws -> Float? {
        try MapMaximum.measure(model(), on: set, scales: scales, threads: threads, progress: progress)
    }

    /// Bytes of all buffers: a batch's, the parameters', and each thread's activations and gradients.
    public var bufferBytes: Int {
        let blocks = 3 * trainable.parameters.count * MemoryLayout<Float>.stride
        let batches =
            loader?.batches.bytes
            ?? BatchLoader.bytes(batchSize: recipe.batch, classCount: classes.count, crop: recipe.crop)
        return stepper.bytes + blocks + batches
    }
}

extension ModelDescription {
    /// Of a network in training: what its maps can be made with, without a provenance.
    init(trainer: Trainer) {
        self.init(
            architecture: trainer.architecture, outputStride: trainer.recipe.outputStride, classes: trainer.classes,
            normalisation: EfficientNetLite.imageNetNormalisation,
            backgroundScore: BackgroundScore(
                binomial: LabelingOptions.customaryBackgroundScore, none: LabelingOptions.customaryBackgroundScore),
            mapMaximum: nil,
            provenance: Provenance(data: "", split: "", method: "", seed: "", metrics: [:], licence: ""))
    }
}
