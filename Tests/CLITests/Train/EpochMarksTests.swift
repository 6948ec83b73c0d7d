import Engine
import Testing

@testable import CLI

struct EpochMarksTests {
    private func steps(epochs: Int, each count: Int) -> [TrainingLog.Step] {
        (0..<epochs * count).map {
            TrainingLog.Step(
                step: $0 + 1, epoch: $0 / count + 1, loss: 1, terms: Objective.Weights(.gap), gradientNorm: 1,
                clipped: false, applied: true, chance: 1, logitSpread: nil, learningRate: 1, imagesPerSecond: 1)
        }
    }

    @Test func fewEpochs_areMarkedEachAtItsLastStep() {
        let marks = EpochMarks.marks(steps(epochs: 3, each: 4))
        #expect(marks.map(\.position) == [4, 8, 12] && marks.map(\.label) == ["1", "2", "3"])
        #expect(EpochMarks.marks([]).isEmpty)
    }

    @Test(arguments: [20, 21, 45, 300, 999, 2000]) func manyEpochs_haveFewMarks(_ epochs: Int) throws {
        let marks = EpochMarks.marks(steps(epochs: epochs, each: 2))
        #expect((8...EpochMarks.maximum).contains(marks.count), "\(marks.count)")
        let first = try #require(marks.first)
        #expect(marks.allSatisfy { Int($0.label).map { Double(2 * $0) } == $0.position })
        #expect(Int(first.label).map { [1, 2, 5, 10, 20, 50, 100].contains($0) } == true)
    }
}
