import Testing

@testable import Engine

struct StepGuardTests {
    /// After steps of these norms.
    private func guarded(_ norms: [Float]) -> StepGuard {
        var stepGuard = StepGuard()
        for norm in norms { stepGuard.add(norm: norm, .apply(scale: 1)) }
        return stepGuard
    }

    @Test func longGradient_isShortenedToTheLimit() {
        let fresh = StepGuard()
        #expect(fresh.decision(loss: 1, norm: 5, limit: 10) == .apply(scale: 1))
        #expect(fresh.decision(loss: 1, norm: 10, limit: 10) == .apply(scale: 1))
        #expect(fresh.decision(loss: 1, norm: 40, limit: 10) == .apply(scale: 0.25))
        #expect(fresh.decision(loss: 1, norm: 40, limit: 0) == .apply(scale: 1))
    }

    @Test(arguments: [(Float.nan, Float(1)), (1, .nan), (.infinity, 1), (1, .infinity)])
    func stepWithoutFiniteNumbers_isLeft(loss: Float, norm: Float) {
        #expect(StepGuard().decision(loss: loss, norm: norm, limit: 10) == .leave)
        #expect(StepGuard().decision(loss: loss, norm: norm, limit: 0) == .leave)
    }

    @Test func outlier_isLeftOnceTheRunHasShownItsNorms() {
        let usual = (0..<16).map { 1 + Float($0 % 4) / 10 }
        #expect(guarded(Array(usual.dropLast())).decision(loss: 1, norm: 100, limit: 10) == .apply(scale: 0.1))
        #expect(guarded(usual).decision(loss: 1, norm: 100, limit: 10) == .leave)
        #expect(guarded(usual).decision(loss: 1, norm: 20, limit: 10) == .apply(scale: 0.5))
    }

    /// A network that has learned its images by heart but for one.
    @Test(arguments: [Float(0), 5]) func longGradientAmongTinyOnes_isNoOutlier(limit: Float) {
        #expect(
            guarded([Float](repeating: 0.001, count: 32)).decision(loss: 1, norm: 0.4, limit: limit) == .apply(scale: 1)
        )
        #expect(
            guarded([Float](repeating: 0, count: 32)).decision(loss: 1, norm: 0.4, limit: limit) == .apply(scale: 1))
    }

    @Test func runWhoseNormsGrow_isFollowed() {
        var stepGuard = guarded([Float](repeating: 1, count: 32))
        var norm: Float = 1
        for _ in 0..<200 {
            norm *= 1.05
            let decision = stepGuard.decision(loss: 1, norm: norm, limit: 0)
            #expect(decision == .apply(scale: 1))
            stepGuard.add(norm: norm, decision)
        }
    }

    @Test func leftSteps_areCountedUntilOneIsApplied_andAreNoNorms() {
        var stepGuard = guarded([Float](repeating: 1, count: 32))
        let before = stepGuard
        for count in 1...3 {
            stepGuard.add(norm: 1000, .leave)
            #expect(stepGuard.leftInARow == count)
            #expect(stepGuard.decision(loss: 1, norm: 1000, limit: 0) == .leave)
        }
        stepGuard.add(norm: 1, .apply(scale: 1))
        #expect(stepGuard == before)
    }
}
