import Foundation

extension Trainer {
    /// What the run would give now: the best weights where they were chosen, else the average where the recipe has one.
    private var result: FloatBuffer { chosen ?? current }

    /// The network as it is now, or the average of its weights where the recipe has one.
    var current: FloatBuffer { recipe.averageDecay > 0 ? state.average : trainable.parameters.values }

    /// Keeps the network as it is now if it is better than what was kept before.
    /// - Parameters:
    ///   - score: of the network as it is now; higher is better.
    ///   - epoch: epochs done.
    /// - Returns: whether it is the best so far.
    @discardableResult
    public func keepIfBest(score: Double, epoch: Int) -> Bool {
        guard score.isFinite, score > best?.score.score ?? -.infinity else {
            best?.score.misses += 1
            return false
        }
        best = BestWeights(.init(epoch: epoch, score: score), values: FloatBuffer(copying: current))
        return true
    }

    /// Epoch and score of the best network so far, of those that `keepIfBest` saw.
    public var bestEpoch: (epoch: Int, score: Double)? { best.map { ($0.score.epoch, $0.score.score) } }

    /// Networks that `keepIfBest` saw since the best one.
    public var missesSinceBest: Int { best?.score.misses ?? 0 }

    /// From now on `weights` and `model` are those of the best epoch, where there is one.
    public func chooseBest() { chosen = best?.values }

    private func weights(_ block: FloatBuffer) throws -> Data { try trainable.encoded(block) }

    /// The network with the weights of `block`, for use at once.
    func model(_ block: FloatBuffer) throws -> Model {
        try Model(weights: weights(block), description: ModelDescription(trainer: self))
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
        // Values, momentum and average, and the same once more of the state that the run would go back to.
        let blocks = 6 * trainable.parameters.count * MemoryLayout<Float>.stride
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
            normalisation: trainer.normalisation,
            backgroundScore: BackgroundScore(
                binomial: LabelingOptions.customaryBackgroundScore, none: LabelingOptions.customaryBackgroundScore),
            mapMaximum: nil,
            provenance: Provenance(data: "", split: "", method: "", seed: "", metrics: [:], licence: ""))
    }
}
