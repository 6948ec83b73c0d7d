import Foundation

/// One optimizer step: every picture of a batch forward and backward, then the update.
///
/// Data-parallel: member m of the team runs pictures m, m + size, ... one after the other, each through the whole
/// network, and adds their gradients to a block of its own; memory is so that of one picture a thread, whatever the
/// batch. The blocks are added in the order of the members: the same thread count gives the same weights bit for bit.
///
/// `@unchecked Sendable`: one step at a time; within it, members write to parts of their own between barriers.
final class TrainingStep: @unchecked Sendable {
    private let trainable: TrainableNetwork
    private let recipe: Recipe
    private let state: OptimizerState
    private let team: ThreadTeam
    private let barrier: SpinBarrier
    private let members: [TrainingMember]
    private let weights: Objective.Weights
    private let classes: Int
    private let classLayerFactor: Float
    /// What keeps one step from spoiling the run. Changed by the first member, between barriers.
    var stepGuard = StepGuard()
    /// Written by the first member, read by all after a barrier.
    private var decision = StepGuard.Decision.leave

    /// - Parameter normalisation: that the pictures went through.
    init(
        _ trainable: TrainableNetwork, recipe: Recipe, state: OptimizerState, team: ThreadTeam,
        normalisation: ModelDescription.Normalisation
    ) {
        self.trainable = trainable
        self.recipe = recipe
        self.state = state
        self.team = team
        barrier = SpinBarrier(members: team.size)
        classes = trainable.classCount
        weights = recipe.objective.multiples(classes: classes)
        classLayerFactor = recipe.objective.classLayerFactor(classes: classes)
        members = (0..<team.size).map { _ in
            TrainingMember(
                trainable, objective: recipe.objective, crop: recipe.crop, normalisation: normalisation)
        }
    }

    /// Bytes of all threads' buffers.
    var bytes: Int { members.reduce(0) { $0 + $1.bytes } }

    struct Report: Sendable {
        /// Means over the batch, unweighted.
        var losses: LossValues
        /// What was minimised.
        var total: Float
        /// Of the whole gradient, L2, before clipping and weight decay.
        var gradientNorm: Float
        /// What became of the gradient.
        var decision: StepGuard.Decision
        /// How much the mean logits of a class differ between the batch's images: their standard deviation, the mean
        /// over classes; nil for batches of fewer than `PooledLogits.least` images.
        var spread: Float?
        /// Of all parameters, L1, after the update; no finite number where one of them is none.
        var weightNorm: Double
        /// Of pretrained weights.
        var learningRate: Float
    }

    /// - Parameters:
    ///   - step: of the whole run, for random numbers.
    ///   - rate: of pretrained weights.
    func run(_ batch: TrainingBatch, step: Int, rate: Float) -> Report {
        let count = batch.size
        let pooled = PooledLogits(images: count, classes: classes)
        team.run { [self] index in
            let member = members[index]
            member.begin()
            for picture in stride(from: index, to: count, by: team.size) {
                let means = member.run(
                    pixels: batch.pixels(of: picture), labels: batch.labelRow(of: picture),
                    targets: batch.targets(of: picture), trainable, recipe: recipe, step: step, index: picture)
                pooled.set(means, of: picture)
            }
            member.finish(trainable)
            barrier.wait()
            reduce(member: index)
            barrier.wait()
            trainable.unfold(members[0].gradient, member: index, of: team.size)
            barrier.wait()
            measure(member: index)
            barrier.wait()
            if index == 0 { decide(count) }
            barrier.wait()
            update(member: index, rate: rate)
            barrier.wait()
            trainable.fold(member: index, of: team.size)
            barrier.wait()
            trainable.pack(member: index, of: team.size)
        }
        let losses = losses(count)
        return Report(
            losses: losses, total: losses.total(weights), gradientNorm: gradientNorm, decision: decision,
            spread: pooled.spread, weightNorm: members.reduce(0) { $0 + $1.weightSum }, learningRate: rate)
    }

    /// Means over the batch.
    private func losses(_ count: Int) -> LossValues {
        var losses = LossValues()
        for member in members { losses.add(member.losses) }
        return losses.scaled(by: 1 / Float(count))
    }

    private var gradientNorm: Float { Float(members.reduce(0) { $0 + $1.squaredNorm }.squareRoot()) }

    private func decide(_ count: Int) {
        let norm = gradientNorm
        decision = stepGuard.decision(
            loss: losses(count).total(weights), norm: norm, limit: recipe.optimizer.gradientLimit)
        stepGuard.add(norm: norm, decision)
    }

    /// Adds the members' blocks, each member its part of the range.
    private func reduce(member: Int) {
        let total = members[0].gradient
        let part = LayerMember(index: member, count: team.size, scratch: total.pointer).share(
            of: total.count, granularity: 16)
        for other in members.dropFirst() {
            for index in part { total.pointer[index] += other.gradient.pointer[index] }
        }
    }

    /// The norm of its share of the gradient.
    private func measure(member index: Int) {
        let gradient = members[0].gradient
        var square = 0.0
        for position in stride(from: index, to: trainable.parameters.parameters.count, by: team.size) {
            var sum = Float(0)
            for index in trainable.parameters.parameters[position].range {
                sum += gradient.pointer[index] * gradient.pointer[index]
            }
            square += Double(sum)
        }
        members[index].squaredNorm = square
    }

    private func update(member index: Int, rate: Float) {
        guard case .apply(let scale) = decision else { return }
        let (gradient, parameters) = (members[0].gradient, trainable.parameters)
        var weightSum = 0.0
        for position in stride(from: index, to: parameters.parameters.count, by: team.size) {
            let parameter = parameters.parameters[position]
            recipe.optimizer.update(
                parameter, in: parameters.values, gradient: gradient, scale: scale, velocity: state.velocity,
                rate: parameter == trainable.classWeight ? rate * classLayerFactor : rate)
            for index in parameter.range { weightSum += Double(abs(parameters.values.pointer[index])) }
            guard recipe.averageDecay > 0 else { continue }
            for index in parameter.range {
                let average = state.average.pointer[index]
                state.average.pointer[index] =
                    average + (1 - recipe.averageDecay) * (parameters.values.pointer[index] - average)
            }
        }
        members[index].weightSum = weightSum
    }
}
