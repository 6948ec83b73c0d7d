import Foundation
import Testing

@testable import Engine

struct LabelFrequenciesTests {
    /// p0 has the first class, p1 the second, p2 both, p3 the first.
    private let fixture: TrainingFixture

    init() throws { fixture = try TrainingFixture() }

    @Test func frequencies_areSharesOfTheImages() {
        #expect(LabelFrequencies(fixture.set).values == [0.75, 0.5])
        #expect(LabelFrequencies(fixture.set, weights: [1, 3, 1, 1]).values == [3.0 / 6, 4.0 / 6])
    }

    /// -log 0.75 - log 0.5, -log 0.25 - log 0.5; the mean of four.
    @Test func loss_isThatOfPredictingTheFrequencies() {
        let expected = (-log(0.75) - log(0.5) - log(0.25) - log(0.5)) / 4
        let labels: [Float] = [1, 0, 0, 1]
        #expect(abs(LabelFrequencies(fixture.set).loss(labels: labels, images: 2) - expected) < 1e-12)
    }

    @Test func classOfEveryImage_addsNothing() {
        let all = LabelFrequencies(fixture.set, weights: [1, 0, 1, 1])
        #expect(all.values == [1, 1.0 / 3])
        let expected = -log(1.0 / 3) / 2
        #expect(abs(all.loss(labels: [1, 1] as [Float], images: 1) - expected) < 1e-12)
    }

    @Test func spread_isTheMeanOfTheClassesDeviations() throws {
        let pooled = PooledLogits(images: 4, classes: 2)
        for (index, row) in ([[1, 5], [3, 5], [1, 5], [3, 5]] as [[Float]]).enumerated() { pooled.set(row, of: index) }
        #expect(abs(try #require(pooled.spread) - 0.5) < 1e-6)
        #expect(PooledLogits(images: 3, classes: 2).spread == nil)
    }
}
