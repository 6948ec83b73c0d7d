import Crypto
import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// Runs whose network is spoiled on the way.
    struct RecoveryTests {
        private let fixture: TrainingFixture
        private let recipe = TrainingFixture.recipe(epochs: 4)

        init() throws { fixture = try TrainingFixture() }

        private func digest(_ bytes: Data) -> String { SHA256.hash(data: bytes).hexDigits }

        /// Damage as a step too long does it.
        private func spoil(_ trainer: Trainer) {
            let weights = trainer.trainable.parameters["fc.weight"]
            for index in weights.range { trainer.trainable.parameters.values.pointer[index] = .nan }
            trainer.trainable.refill()
        }

        @Test func spoiledNetwork_goesBackToItsLastGoodState_withALowerRate() throws {
            let trainer = try fixture.trainer(recipe)
            try trainer.run(to: 4)
            let good = digest(try trainer.checkpoint())
            try trainer.run(to: 5)
            spoil(trainer)
            let report = try trainer.runStep()
            let recovery = try #require(report.recovery)
            #expect(report.step == 6 && !report.isApplied)
            #expect(recovery.noticed == 6 && recovery.back == 4 && recovery.rateFactor == 1.0 / 3)
            #expect(trainer.step == 4 && trainer.recoveries == [recovery])
            // But for the recovery itself, the state is the one after step 4.
            trainer.recoveries = []
            #expect(try digest(trainer.checkpoint()) == good)
            trainer.recoveries = [recovery]

            let rates = try trainer.run().map(\.learningRate)
            let healthy = try fixture.trainer(recipe).run().suffix(4).map(\.learningRate)
            #expect(rates.count == 4)
            for (lowered, usual) in zip(rates, healthy) { #expect(abs(lowered * 3 / usual - 1) < 1e-5) }
        }

        @Test func recoveredRun_endsAsIfNeverStoppedWhereverItStops() throws {
            func recovered() throws -> Trainer {
                let trainer = try fixture.trainer(recipe)
                try trainer.run(to: 3)
                spoil(trainer)
                #expect(try trainer.runStep().recovery?.back == 2)
                return trainer
            }
            let unbroken = try recovered()
            try unbroken.run()
            for stop in [2, 3, 4, 5] {
                let stopped = try recovered()
                try stopped.run(to: stop)
                let resumed = try fixture.trainer(recipe, resuming: fixture.checkpoint(stopped.checkpoint()))
                #expect(resumed.step == stop && resumed.recoveries == unbroken.recoveries)
                try resumed.run()
                #expect(try digest(resumed.checkpoint()) == digest(unbroken.checkpoint()), "from step \(stop)")
            }
        }

        /// A checkpoint in the middle of an epoch knows where the run would have gone back to.
        @Test func resumedRun_goesBackToWhereTheUnbrokenOneWould() throws {
            let first = try fixture.trainer(recipe)
            try first.run(to: 3)
            let resumed = try fixture.trainer(recipe, resuming: fixture.checkpoint(first.checkpoint()))
            for trainer in [first, resumed] {
                spoil(trainer)
                #expect(try trainer.runStep().recovery?.back == 2)
                try trainer.run()
            }
            #expect(try digest(first.checkpoint()) == digest(resumed.checkpoint()))
        }

        @Test func runThatGoesBackTooOften_endsSayingWhatToTry_andKeepsItsLastGoodState() throws {
            let trainer = try fixture.trainer(recipe)
            try trainer.run(to: 2)
            let good = digest(try trainer.weights())
            for _ in 0..<2 {
                spoil(trainer)
                #expect(try trainer.runStep().recovery != nil)
            }
            spoil(trainer)
            let error = try #require(throws: Trainer.DeadRun.self) { try trainer.runStep() }
            for part in ["step 3", "went back 2 times", "--lr", "0.01", "--method gap"] {
                #expect("\(error)".contains(part), "\(error)")
            }
            let kept = try fixture.trainer(recipe, resuming: fixture.checkpoint(trainer.checkpoint()))
            #expect(try kept.step == 2 && digest(kept.weights()) == good)
        }

        @Test func outlier_changesNothing_andManyInARowAreAFault() throws {
            var recipe = TrainingFixture.recipe(epochs: 12)
            recipe.optimizer.gradientLimit = 1e-7
            let trainer = try fixture.trainer(recipe)
            try trainer.run(to: 2)
            for _ in 0..<StepGuard.window { trainer.stepper.stepGuard.add(norm: 1e-6, .apply(scale: 1)) }
            let weights = digest(try trainer.weights())
            for number in 1..<StepGuard.mostInARow {
                let report = try trainer.runStep()
                #expect(!report.isApplied && report.recovery == nil && report.step == 2 + number)
                #expect(try digest(trainer.weights()) == weights)
            }
            let report = try trainer.runStep()
            #expect(report.recovery?.reason.contains("can't be applied") == true)
            #expect(trainer.step == 2)
            #expect(try trainer.runStep().isApplied)
        }

        @Test func clippedStep_movesAsFarAsTheLimitSays() throws {
            let usual = try fixture.trainer(recipe).runStep()
            var bounded = recipe
            (bounded.optimizer.gradientLimit, bounded.optimizer.weightDecay) = (usual.gradientNorm / 4, 0)
            let trainer = try fixture.trainer(bounded)
            let report = try trainer.runStep()
            #expect(report.isClipped && report.isApplied && !usual.isClipped)
            #expect(report.gradientNorm == usual.gradientNorm)
            // The first step's momentum is its gradient, where parameters learn at all.
            let velocity = trainer.state.velocity
            let learned = trainer.trainable.parameters.parameters.filter { [.weight, .new].contains($0.role) }
            var square = 0.0
            for index in learned.flatMap(\.range) {
                square += Double(velocity.pointer[index] * velocity.pointer[index])
            }
            #expect(Float(square.squareRoot()) <= bounded.optimizer.gradientLimit * 1.0001)
            #expect(Float(square.squareRoot()) > bounded.optimizer.gradientLimit * 0.5)
        }

        @Test func warmUp_raisesTheRateToItsOwn() throws {
            var slow = recipe
            slow.optimizer.warmUp = 3
            let (rates, usual) = try (
                fixture.trainer(slow).run().map(\.learningRate), fixture.trainer(recipe).run().map(\.learningRate)
            )
            for (index, share) in [0.25, 0.5, 0.75, 1, 1, 1, 1, 1].enumerated() {
                #expect(abs(rates[index] / usual[index] - Float(share)) < 1e-5)
            }
        }

        @Test func bestWeights_outliveAResume() throws {
            let trainer = try fixture.trainer(recipe)
            try trainer.run(to: 2)
            #expect(trainer.keepIfBest(score: 0.5, epoch: 1))
            let best = digest(try trainer.weights())
            try trainer.run(to: 4)
            #expect(!trainer.keepIfBest(score: 0.5, epoch: 2) && !trainer.keepIfBest(score: .nan, epoch: 2))
            let resumed = try fixture.trainer(recipe, resuming: fixture.checkpoint(trainer.checkpoint()))
            #expect(resumed.bestEpoch?.epoch == 1 && resumed.bestEpoch?.score == 0.5)
            try resumed.run()
            #expect(try digest(resumed.weights()) != best)
            resumed.chooseBest()
            #expect(try digest(resumed.weights()) == best)
        }
    }
}
