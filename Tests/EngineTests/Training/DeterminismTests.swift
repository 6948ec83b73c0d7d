import Testing

@testable import Engine

extension TrainingRuns {
    struct DeterminismTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture() }

        private func weights(seed: UInt64, _ method: Objective.Method) throws -> some Equatable {
            let trainer = try fixture.trainer(TrainingFixture.recipe(method, seed: seed))
            try trainer.run()
            return try trainer.weights()
        }

        @Test(arguments: [Objective.Method.islFSL, .seamISLFSL])
        func sameSeed_givesTheSameWeightsBitForBit(_ method: Objective.Method) throws {
            #expect(try weights(seed: 1, method) == weights(seed: 1, method))
        }

        @Test func otherSeed_givesOtherWeights() throws {
            #expect(try weights(seed: 1, .islFSL) != weights(seed: 2, .islFSL))
        }

        @Test func reports_sayStepsEpochsAndRatesInOrder() throws {
            let reports = try fixture.trainer(TrainingFixture.recipe(epochs: 3)).run()
            #expect(reports.map(\.step) == [1, 2, 3, 4, 5, 6])
            #expect(reports.map(\.epoch) == [1, 1, 2, 2, 3, 3])
            #expect(reports[0].learningRate == SGD().learningRate)
            #expect(reports.map(\.learningRate) == reports.map(\.learningRate).sorted(by: >))
            #expect(reports.allSatisfy { $0.gradientNorm > 0 && $0.losses.terms.isl > 0 && $0.losses.terms.er == 0 })
        }
    }
}
