/// Where in its rounds a training run is: one round on image-level labels, further ones against soft targets too. Each has
/// a learning rate that falls from its start to its end.
struct Rounds: Equatable {
    let stepsPerEpoch: Int
    private let epochs: [Int]
    private let laterRateFactor: Float

    init(_ recipe: Recipe, stepsPerEpoch: Int) {
        self.stepsPerEpoch = stepsPerEpoch
        let later = recipe.selfTraining
        epochs = [recipe.epochs] + [Int](repeating: later?.epochs ?? 0, count: later?.rounds ?? 0)
        laterRateFactor = later?.rateFactor ?? 1
    }

    var steps: Int { epochs.reduce(0, +) * stepsPerEpoch }
    var totalEpochs: Int { epochs.reduce(0, +) }

    /// The round that step `step` (from 0 on) belongs to, and the step's number in it.
    func position(of step: Int) -> (round: Int, step: Int, steps: Int) {
        var start = 0
        for (round, count) in epochs.enumerated() {
            let steps = count * stepsPerEpoch
            if step < start + steps || round == epochs.count - 1 { return (round, step - start, steps) }
            start += steps
        }
        return (0, step, max(1, steps))
    }

    /// Rounds after that of step `step`.
    func left(after step: Int) -> Int { epochs.count - 1 - position(of: step).round }

    /// Of pretrained weights.
    func rate(at step: Int, _ optimizer: SGD) -> Float {
        let position = position(of: step)
        let rate = optimizer.rate(step: position.step, of: position.steps) * (position.round > 0 ? laterRateFactor : 1)
        return step < optimizer.warmUp ? rate * Float(step + 1) / Float(optimizer.warmUp + 1) : rate
    }
}
