import Crypto
import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// Runs that stop at a checkpoint and go on from its file.
    struct ResumedRunTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture() }

        /// One run without a stop, and one that goes on from each of its checkpoints after `stops` steps.
        private func expectSameEnd(_ recipe: Recipe, stops: [Int]) throws {
            let unbroken = try fixture.trainer(recipe)
            var checkpoints: [Data] = []
            for stop in stops {
                try unbroken.run(to: stop)
                checkpoints.append(try unbroken.checkpoint())
            }
            try unbroken.run()
            // Digests: a failed comparison of megabytes takes a minute to describe.
            func digest(_ bytes: Data) -> String { SHA256.hash(data: bytes).hexDigits }
            let (weights, end) = (digest(try unbroken.weights()), digest(try unbroken.checkpoint()))
            for (stop, bytes) in zip(stops, checkpoints) {
                let checkpoint = try fixture.checkpoint(bytes)
                #expect(checkpoint.step == stop && checkpoint.threads == 2 && checkpoint.recipe == recipe)
                let resumed = try fixture.trainer(recipe, resuming: checkpoint)
                #expect(resumed.step == stop)
                #expect(try digest(resumed.checkpoint()) == digest(bytes), "written again after step \(stop)")
                try resumed.run()
                #expect(try digest(resumed.weights()) == weights, "from step \(stop)")
                #expect(try digest(resumed.checkpoint()) == end, "from step \(stop)")
            }
        }

        @Test func runWithAveragedWeights_endsAsIfNeverStopped() throws {
            var recipe = TrainingFixture.recipe()
            recipe.averageDecay = 0.9
            // Numbers that no binary fraction equals must come back from the file too.
            (recipe.optimizer.learningRate, recipe.optimizer.scaleFactor, recipe.dropout) = (0.0123, 0.7, 0.17)
            try expectSameEnd(recipe, stops: [1, 2])
        }

        @Test(arguments: [
            (Objective.Method.seamISLFSL, Objective.Posterior.binomial), (.islFSL, .multinomial),
            (.seamISLFSL, .multinomial),
        ])
        func runOfAnyObjective_endsAsIfNeverStopped(_ method: Objective.Method, _ posterior: Objective.Posterior) throws
        {
            try expectSameEnd(TrainingFixture.recipe(method, posterior: posterior), stops: [3])
        }

        /// Stops within the first round, where the second begins, within it, and where the third begins.
        @Test(arguments: [(0, [1, 2]), (0, [3, 4]), (0.9, [2, 3])] as [(Float, [Int])])
        func runOfSeveralRounds_endsAsIfNeverStoppedWhereverItStops(averageDecay: Float, stops: [Int]) throws {
            var recipe = TrainingFixture.recipe(epochs: 1)
            recipe.averageDecay = averageDecay
            var later = SelfTraining()
            (later.rounds, later.epochs, later.rateFactor) = (2, 1, 0.5)
            recipe.selfTraining = later
            recipe.objective.weights.teacher = 1
            try expectSameEnd(recipe, stops: stops)
        }

        @Test func teachersLoss_beginsWithTheSecondRound() throws {
            var recipe = TrainingFixture.recipe(epochs: 1)
            var later = SelfTraining()
            (later.epochs, later.rateFactor) = (1, 0.5)
            recipe.selfTraining = later
            recipe.objective.weights.teacher = 1
            let reports = try fixture.trainer(recipe).run()
            #expect(reports.map { $0.losses.terms.teacher > 0 } == [false, false, true, true])
            #expect(reports[2].learningRate == 0.5 * reports[0].learningRate)
            #expect(reports[0].total == reports[0].losses.total(recipe.objective.multiples(classes: 2)))
            #expect(reports[2].total == reports[2].losses.total(recipe.objective.multiples(classes: 2)))
            #expect(recipe.objective.multiples(classes: 2).teacher == 1)
        }
    }
}
