import Foundation
import Testing

@testable import Engine

struct ClassificationLossTests {
    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    func softMargin_agreesWithReference() throws {
        let golden = try ReferenceTensors("multilabel_soft_margin")
        let logits = try golden.images("logits").images
        let labels = try golden.images("labels").images
        var (loss, gradient): (Float, [Float]) = (0, [])
        for (logits, labels) in zip(logits, labels) {
            var own = [Float](repeating: 0, count: logits.count)
            loss += MultiLabelSoftMargin.loss(logits: logits, labels: labels, weight: 0.25, gradient: &own) / 4
            gradient += own
        }
        let lossError = abs(loss - (try golden.tensor("loss").values[0]))
        let gradientError = relativeDifference(gradient, try golden.tensor("grad_logits").values)
        #expect(lossError < 1e-5)
        #expect(gradientError < 1e-4)
        print("parity multilabel_soft_margin: loss \(lossError), gradient \(gradientError)")
    }

    @Test func softMargin_staysFiniteForAnyLogit() {
        var gradient: [Float] = [0, 0, 0, 0]
        let loss = MultiLabelSoftMargin.loss(
            logits: [1e4, 1e4, -1e4, -1e4], labels: [1, 0, 1, 0], weight: 4, gradient: &gradient)
        #expect(loss == 5e3)
        #expect(gradient == [0, 1, -1, 0])
    }

    @Test func averagePooling_isTheSoftMarginOfTheMeans() {
        let logits = LossFixtures.values(3 * 8, -3, 3, seed: 1)
        let labels: [Float] = [1, 0, 1]
        var (gradient, ignored) = ([Float](repeating: 0, count: 24), [Float](repeating: 0, count: 24))
        let loss = GlobalAveragePooling.loss(
            logits: logits, cells: 8, labels: labels, weight: 2, gradient: &gradient)
        let means = logits.chunks(of: 8).map { Double($0.reduce(0, +)) / 8 }
        let expected = zip(means, labels).reduce(0) { sum, pair in
            sum + log(1 + exp(pair.1 > 0 ? -pair.0 : pair.0)) / 3
        }
        #expect(abs(Double(loss) - expected) < 1e-6)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 0.05) {
            2 * Double(GlobalAveragePooling.loss(logits: $0, cells: 8, labels: labels, weight: 1, gradient: &ignored))
        }
        #expect(error < 2e-3)
    }

    @Test func maxPooling_learnsFromTheFirstLargestCellOnly() {
        let logits: [Float] = [0, 2, -1, 2] + [-3, -5, -4, -3]
        var gradient = [Float](repeating: 10, count: 8)
        let loss = GlobalMaxPooling.loss(logits: logits, cells: 4, labels: [1, 0], weight: 1, gradient: &gradient)
        #expect(abs(loss - (log(1 + exp(-2)) + log(1 + exp(-3))) / 2) < 1e-6)
        var expected = [Float](repeating: 10, count: 8)
        expected[1] += (1 / (1 + exp(-2)) - 1) / 2
        expected[4] += 1 / (1 + exp(3)) / 2
        #expect(largestDifference(gradient, expected) < 1e-6)
    }
}
