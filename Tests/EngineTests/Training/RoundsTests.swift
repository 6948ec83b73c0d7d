import Testing

@testable import Engine

struct RoundsTests {
    private func rounds(_ epochs: Int, later: (rounds: Int, epochs: Int)? = nil) -> Rounds {
        var recipe = TrainingFixture.recipe(epochs: epochs)
        recipe.selfTraining = later.map {
            var training = SelfTraining()
            (training.rounds, training.epochs, training.rateFactor) = ($0.rounds, $0.epochs, 0.25)
            return training
        }
        return Rounds(recipe, stepsPerEpoch: 5)
    }

    @Test func position_changesRoundAtEachBoundary() {
        let rounds = rounds(2, later: (2, 3))
        #expect(rounds.steps == 40 && rounds.totalEpochs == 8)
        for (step, expected) in [
            (0, (0, 0, 10)), (9, (0, 9, 10)), (10, (1, 0, 15)), (24, (1, 14, 15)), (25, (2, 0, 15)),
            (39, (2, 14, 15)), (40, (2, 15, 15)),
        ] {
            #expect(rounds.position(of: step) == expected, "step \(step)")
            #expect(rounds.left(after: step) == 2 - expected.0, "step \(step)")
        }
    }

    @Test func runOfOneRound_hasOneRoundToItsEnd() {
        let rounds = rounds(2)
        #expect(rounds.steps == 10 && rounds.totalEpochs == 2)
        #expect(rounds.position(of: 9) == (0, 9, 10))
        #expect(rounds.position(of: 10) == (0, 10, 10))
    }

    @Test func rate_fallsToZeroInEachRoundAndStartsLowerInLaterOnes() {
        let (rounds, optimizer) = (rounds(2, later: (1, 2)), SGD(learningRate: 0.08, power: 1))
        #expect(rounds.rate(at: 0, optimizer) == 0.08)
        #expect(abs(rounds.rate(at: 5, optimizer) - 0.04) < 1e-8)
        #expect(abs(rounds.rate(at: 9, optimizer) - 0.008) < 1e-8)
        #expect(rounds.rate(at: 10, optimizer) == 0.02)
        #expect(abs(rounds.rate(at: 15, optimizer) - 0.01) < 1e-8)
        #expect(rounds.rate(at: 20, optimizer) == 0)
    }
}
