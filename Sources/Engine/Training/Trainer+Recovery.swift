import Foundation

extension Trainer {
    /// A run whose network stopped learning as often as a run may go back.
    public struct DeadRun: Error, CustomStringConvertible {
        let recoveries: [Recovery]
        let step: Int
        let reason: String
        let rate: Float

        public var description: String {
            """
            step \(step): the network \(reason). The run went back \(recoveries.count) times, each time with a lower \
            learning rate, and ends here; its last good checkpoint is kept.
            Try a lower --lr (it began with \(rate)), --warm-up 100, or --method gap, which is the hardest to upset, with \
            --overwrite. If that does not help, look at the data: do the images differ, and does each have the classes that \
            its line says?
            """
        }
    }

    /// The run as it is now, with the state that it would go back to where that is another.
    public func checkpoint() throws -> Data {
        try Checkpoint(
            recipe: recipe, threads: threads, data: dataDigest, backbone: backboneDigest,
            parameters: trainable.parameters.table, state: snapshot(),
            good: step == good.step ? nil : good, recoveries: recoveries, best: best
        ).encoded()
    }

    /// What the network knows beyond the labels' frequencies, at the last judgement: 1 - classification loss / that of the
    /// frequencies. nil before the first, and where the labels tell no image from another.
    public var skill: Double? { watch.skill }

    /// Whether the network knows too little beyond the labels' frequencies to be of use, by the last judgement.
    public var knowsLittle: Bool { watch.skill.map { $0 < LearningWatch.little } ?? false }

    /// Whether the network is one to go back to.
    private var isSound: Bool { watch.isSound && stepper.stepGuard.leftInARow == 0 }

    private func snapshot() -> TrainingState {
        TrainingState(
            step: step, values: FloatBuffer(copying: trainable.parameters.values),
            velocity: FloatBuffer(copying: state.velocity), average: FloatBuffer(copying: state.average),
            teacher: state.teacher, monitor: .init(stepGuard: stepper.stepGuard, watch: watch))
    }

    /// After each epoch: remembers the network, if it is a good one.
    func rememberIfSound() { if isSound { good = snapshot() } }

    /// Takes a state over; what was loaded for other steps is dropped.
    func restore(_ saved: TrainingState) {
        for (block, values) in [
            (trainable.parameters.values, saved.values), (state.velocity, saved.velocity),
            (state.average, saved.average),
        ] {
            block.pointer.update(from: values.pointer, count: values.count)
        }
        state.teacher = saved.teacher
        (stepper.stepGuard, watch) = (saved.monitor.stepGuard, saved.monitor.watch)
        step = saved.step
        loader?.batches.stop()
        loader = nil
        trainable.refill()
    }

    /// Goes back to the last good state, with a lower rate.
    /// - Throws: `DeadRun` when that was done as often as it may be; the run is at its last good state then too.
    func recover(_ reason: String) throws -> Recovery {
        let noticed = step
        restore(good)
        guard recoveries.count < Recovery.most else {
            throw DeadRun(recoveries: recoveries, step: noticed, reason: reason, rate: recipe.optimizer.learningRate)
        }
        let recovery = Recovery(
            noticed: noticed, back: good.step, rateFactor: Recovery.rateFactor(recoveries) * Recovery.rateShare,
            reason: reason)
        recoveries.append(recovery)
        // What was better later is of a run that is no more.
        if let best, best.score.epoch > good.step / stepsPerEpoch { self.best = nil }
        return recovery
    }
}

extension LearningWatch.Verdict {
    /// Completes a sentence that begins with "the network".
    var reason: String {
        switch self {
        case .constant: "gives every image the same logits, and knows no more than how frequent each class is"
        case .collapsed: "had learned to tell images apart, and now knows no more than how frequent each class is"
        case .diverged: "has a classification loss far above that of an untrained one"
        }
    }
}
