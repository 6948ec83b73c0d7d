import Foundation
import Testing

@testable import Engine

struct SoftTargetLossTests {
    private let cells = 6
    private let labels: [Float] = [1, 0, 1]
    private let logits = LossFixtures.values(18, -4, 4, seed: 1)
    private let targets = LossFixtures.values(18, 0, 1, seed: 2)

    private func loss(_ logits: [Float], shift: Float = 1.5, weight: Float = 1) -> (loss: Float, gradient: [Float]) {
        var gradient = [Float](repeating: 0, count: logits.count)
        let loss = SoftTargetLoss.loss(
            logits: logits, targets: targets, cells: cells, labels: labels, shift: shift, weight: weight,
            gradient: &gradient)
        return (loss, gradient)
    }

    @Test func gradient_matchesFiniteDifferences() {
        let gradient = loss(logits).gradient
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 1e-2) { Double(loss($0).loss) }
        #expect(error < 1e-3)
    }

    @Test func absentClasses_getNoGradientAndCountNowhere() {
        let (value, gradient) = loss(logits)
        #expect(gradient[cells..<2 * cells].allSatisfy { $0 == 0 })
        var other = logits
        for index in cells..<2 * cells { other[index] = 9 }
        #expect(loss(other).loss == value)
    }

    /// The formula as it stands, in double precision.
    @Test func loss_isTheMeanCrossEntropyOverPresentClassesAndCells() {
        var sum = 0.0
        for index in [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17] {
            let (posterior, target) = (1 / (1 + exp(1.5 - Double(logits[index]))), Double(targets[index]))
            sum -= target * log(posterior) + (1 - target) * log(1 - posterior)
        }
        #expect(abs(Double(loss(logits).loss) - sum / 12) < 1e-5)
    }

    @Test func largeLogits_giveFiniteValues() {
        let (value, gradient) = loss(logits.map { $0 * 1e4 })
        #expect(value.isFinite && gradient.allSatisfy(\.isFinite))
    }

    @Test func weight_scalesTheGradientAloneAndIsAdded() {
        let once = loss(logits)
        var gradient = [Float](repeating: 1, count: logits.count)
        let value = SoftTargetLoss.loss(
            logits: logits, targets: targets, cells: cells, labels: labels, shift: 1.5, weight: 3,
            gradient: &gradient)
        #expect(value == once.loss)
        #expect(largestDifference(gradient, once.gradient.map { 1 + 3 * $0 }) < 1e-6)
    }

    @Test func pictureWithoutClasses_costsNothing() {
        var gradient = [Float](repeating: 0, count: logits.count)
        let value = SoftTargetLoss.loss(
            logits: logits, targets: targets, cells: cells, labels: [0, 0, 0], shift: 0, weight: 1,
            gradient: &gradient)
        #expect(value == 0 && gradient.allSatisfy { $0 == 0 })
    }
}
