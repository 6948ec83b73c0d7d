import Testing

@testable import Engine

struct LearningWatchTests {
    private typealias Step = LearningWatch.Step

    private static let learning = Step(loss: 0.1, chance: 0.25, spread: 2, rate: 0.01)
    private static let dead = Step(loss: 0.252, chance: 0.25, spread: 0.001, rate: 0.01)
    private static let slow = Step(loss: 0.249, chance: 0.25, spread: 0.4, rate: 0.01)
    private static let untrained = Step(loss: 0.693, chance: 0.25, spread: 0.1, rate: 0.01)

    /// The first verdict over these steps, and after how many of them.
    private func verdict(
        _ steps: [Step], stepsPerEpoch: Int = 71, batch: Int = 16
    ) -> (verdict: LearningWatch.Verdict, after: Int)? {
        var watch = LearningWatch(stepsPerEpoch: stepsPerEpoch, batch: batch)
        for (index, step) in steps.enumerated() {
            if let verdict = watch.add(step) { return (verdict, index + 1) }
        }
        return nil
    }

    private func times(_ step: Step, _ count: Int) -> [Step] { [Step](repeating: step, count: count) }

    @Test(arguments: [1, 2, 15, 16, 71, 1000])
    func collapse_isNoticedWithinAnEpoch(stepsPerEpoch: Int) throws {
        for healthy in [40, 43, 64, 90] {
            let steps = times(Self.learning, healthy) + times(Self.dead, 100)
            let found = try #require(verdict(steps, stepsPerEpoch: stepsPerEpoch))
            #expect(found.verdict == .collapsed)
            #expect(found.after - healthy <= max(32, min(64, stepsPerEpoch)), "\(healthy), \(stepsPerEpoch)")
        }
    }

    @Test func networkThatNeverLearns_isConstant() throws {
        let found = try #require(verdict(times(Self.untrained, 3) + times(Self.dead, 100)))
        #expect(found.verdict == .constant && found.after <= 71)
    }

    @Test func networkThatHasHardlyBegun_isLeftAlone() {
        #expect(verdict(times(Self.dead, 19), stepsPerEpoch: 2) == nil)
        // At a hundredth of the rate, it takes a hundred times as long.
        let crawling = Step(loss: 0.694, chance: 0.693, spread: 0.001, rate: 0.0001)
        #expect(verdict(times(crawling, 1900)) == nil)
        #expect(verdict(times(crawling, 2100))?.verdict == .constant)
    }

    @Test func slowLearner_isLeftAlone() {
        #expect(verdict(times(Self.untrained, 10) + times(Self.slow, 500)) == nil)
    }

    @Test func untrainedNetwork_isLeftAlone() { #expect(verdict(times(Self.untrained, 200)) == nil) }

    /// One image per step: each loss is far from the mean, and a block must hold enough of them.
    @Test(arguments: [1, 2, 4]) func healthyRunOfSmallBatches_isLeftAlone(batch: Int) {
        var random = RandomStream(seed: 5, .bootstrap)
        let steps = (0..<6000).map { _ -> Step in
            // A classifier that gives three of four images a posterior of 0.9 of the right answer, the fourth 0.1.
            let losses = (0..<batch).map { _ in random.unit() < 0.75 ? 0.105 : 2.303 }
            return Step(
                loss: losses.reduce(0, +) / Double(batch), chance: 0.85, spread: batch < 4 ? nil : 1, rate: 0.01)
        }
        #expect(verdict(steps, stepsPerEpoch: 1000, batch: batch) == nil)
    }

    @Test func oneBadBatch_isNoVerdict() {
        var steps = times(Self.learning, 200)
        for index in [50, 90, 130] { steps[index] = Step(loss: 1.2, chance: 0.25, spread: 2, rate: 0.01) }
        #expect(verdict(steps) == nil)
    }

    @Test(arguments: [Double.nan, .infinity])
    func lossThatIsNoNumber_isAVerdictAtOnce(loss: Double) throws {
        let steps = times(Self.learning, 5) + [Step(loss: loss, chance: 0.25, spread: nil, rate: 0.01)]
        let found = try #require(verdict(steps))
        #expect(found.verdict == .diverged && found.after == 6)
    }

    @Test func lossFarAboveAnUntrainedNetworks_hasDiverged() throws {
        let found = try #require(verdict(times(Step(loss: 40, chance: 0.25, spread: 9, rate: 0.01), 40)))
        #expect(found.verdict == .diverged)
        // A run that ends within its first block is judged too.
        var watch = LearningWatch(stepsPerEpoch: 71, batch: 16)
        #expect(watch.add(Step(loss: 40, chance: 0.25, spread: 9, rate: 0.01), isLast: true) == .diverged)
    }

    /// Labels that are the same in every image leave nothing to tell apart.
    @Test func labelsThatNeverDiffer_giveNoVerdict() {
        #expect(verdict(times(Step(loss: 0.01, chance: 0, spread: 0, rate: 0.01), 200)) == nil)
    }

    @Test func batchesTooSmallForASpread_areNotCalledConstant() {
        #expect(verdict(times(Step(loss: 0.252, chance: 0.25, spread: nil, rate: 0.01), 200)) == nil)
    }

    @Test func networkThatHasJustCollapsed_isNotSound() {
        var watch = LearningWatch(stepsPerEpoch: 71, batch: 16)
        for _ in 0..<70 { _ = watch.add(Self.learning) }
        #expect(watch.isSound && (watch.skill ?? 0) > 0.5)
        for _ in 0..<4 { _ = watch.add(Self.dead) }
        #expect(!watch.isSound)
        for _ in 0..<4 { _ = watch.add(Self.learning) }
        #expect(watch.isSound)
    }
}
