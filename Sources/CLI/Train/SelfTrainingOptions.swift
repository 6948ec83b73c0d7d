import ArgumentParser
import Engine

/// Whether and how the network also learns its own refined masks.
struct SelfTrainingOptions: ParsableArguments {
    @Option(help: "Further rounds in which the network also learns its own refined masks.") var selfRounds = 0
    @Option(help: "Epochs of each further round.") var selfEpochs = 8
    @Option(help: "Weight of the loss against the network's own masks.") var selfWeight: Float = 1
    @Option(help: "Logit at which that loss sees a cell as even with the background.") var selfShift: Float = 2
    @Option(help: "Background score of the network's own masks.") var selfBackground: Float = 0.3
    @Option(help: "Learning rate of further rounds, relative to the first.") var selfRateFactor: Float = 1

    func validate() throws {
        func check(_ isRight: Bool, _ message: String) throws {
            guard isRight else { throw ValidationError(message) }
        }
        try check((0...10).contains(selfRounds), "--self-rounds must be 0 to 10")
        try check((1...10_000).contains(selfEpochs), "--self-epochs must be 1 to 10000")
        try check(selfWeight >= 0 && selfWeight.isFinite, "--self-weight must be 0 or more")
        try check(abs(selfShift) <= 20, "--self-shift must lie within -20...20")
        try check((0...1).contains(selfBackground), "--self-background must be 0 to 1")
        try check(selfRateFactor > 0 && selfRateFactor.isFinite, "--self-rate-factor must be positive")
    }

    func add(to recipe: inout Recipe) {
        guard selfRounds > 0 else { return }
        var rounds = SelfTraining()
        (rounds.rounds, rounds.epochs, rounds.rateFactor) = (selfRounds, selfEpochs, selfRateFactor)
        rounds.backgroundScore = selfBackground
        recipe.selfTraining = rounds
        recipe.objective.weights.teacher = selfWeight
        recipe.objective.teacherShift = selfShift
    }
}
