import Foundation
import Testing

@testable import Engine

struct ImportanceSamplingTests {
    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)), arguments: 0..<3)
    func binomial_agreesWithReference(index: Int) throws {
        let golden = try ReferenceTensors("isl_binomial_\(index)")
        let (shape, logits) = try golden.images("logits")
        let labels = try golden.images("labels").images
        let indices = try golden.images("indices").images
        let (classes, cells) = (shape[0], shape[1] * shape[2])
        var (loss, gradient, probabilities): (Float, [Float], [Float]) = (0, [], [])
        for image in logits.indices {
            let share = 1 / Float(logits.count)
            probabilities += BinomialImportanceSampling.probabilities(
                logits: logits[image], classes: classes, cells: cells
            ).values(classes * cells)
            var own = [Float](repeating: 0, count: classes * cells)
            let value = BinomialImportanceSampling.loss(
                logits: logits[image], cells: cells, labels: labels[image],
                indices: indices[image].map { Int32($0) }, weight: share, gradient: &own)
            loss += share * value
            gradient += own
        }
        let lossError = abs(loss - (try golden.tensor("loss").values[0]))
        let gradientError = relativeDifference(gradient, try golden.tensor("grad_logits").values)
        let probabilityError = largestDifference(probabilities, try golden.tensor("probabilities").values)
        #expect(lossError < 1e-5)
        #expect(gradientError < 1e-4)
        #expect(probabilityError < 1e-6)
        print(
            "parity isl_binomial_\(index): loss \(lossError), gradient \(gradientError), "
                + "probabilities \(probabilityError)")
    }

    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)), arguments: 0..<3)
    func multinomial_agreesWithReference(index: Int) throws {
        let golden = try ReferenceTensors("isl_multinomial_\(index)")
        let (shape, logits) = try golden.images("logits_with_background")
        let labels = try golden.images("labels").images
        let indices = try golden.images("indices").images
        let (channels, cells) = (shape[0], shape[1] * shape[2])
        var (loss, gradient): (Float, [Float]) = (0, [])
        for image in logits.indices {
            let share = 1 / Float(logits.count)
            let posteriors = Softmax.forward(logits: logits[image], channels: channels, cells: cells)
            var own = [Float](repeating: 0, count: channels * cells)
            let value = MultinomialImportanceSampling.loss(
                posteriors: posteriors.pointer, cells: cells, labels: labels[image],
                indices: indices[image].map { Int32($0) }, weight: share, gradient: &own)
            loss += share * value
            gradient += own
        }
        let lossError = abs(loss - (try golden.tensor("loss").values[0]))
        let gradientError = relativeDifference(gradient, try golden.tensor("grad_logits").values)
        #expect(lossError < 1e-5)
        #expect(gradientError < 1e-4)
        print("parity isl_multinomial_\(index): loss \(lossError), gradient \(gradientError)")
    }

    @Test func clampedPosterior_hasABoundedLossAndNoGradient() {
        // One cell, all probability with the background: the class's posterior is exp(-60).
        let posteriors = Softmax.forward(logits: [60, 0], channels: 2, cells: 1)
        var gradient: [Float] = [0, 0]
        let loss = MultinomialImportanceSampling.loss(
            posteriors: posteriors.pointer, cells: 1, labels: [1], indices: [0, 0], weight: 1, gradient: &gradient)
        #expect(abs(loss + log(1e-6)) < 1e-4)
        #expect(gradient == [0, 0])
    }

    @Test func pixels_areDrawnInProportionToTheirProbability() {
        var random = RandomStream(seed: 3, .sampling)
        let samples = 40_000
        // Two classes, the second with a cell that cannot be drawn.
        let drawn = PixelSampling.draw(
            probabilities: [1, 2, 3, 4] + [0, 3, 1, 0], classes: 2, cells: 4, samples: samples, random: &random)
        var shares = [Float](repeating: 0, count: 8)
        for (sample, cell) in drawn.enumerated() { shares[sample / samples * 4 + Int(cell)] += 1 / Float(samples) }
        #expect(largestDifference(shares, [0.1, 0.2, 0.3, 0.4, 0, 0.75, 0.25, 0]) < 0.01)
        #expect(shares[4] == 0 && shares[7] == 0)
    }

    @Test func draw_dependsOnTheStreamAlone() {
        let logits = LossFixtures.values(5 * 30, -4, 4, seed: 5)
        func draw(epoch: Int) -> [Int32] {
            var random = RandomStream(seed: 9, .sampling, epoch, 4)
            return BinomialImportanceSampling.draw(
                logits: logits, classes: 5, cells: 30, samples: 10, random: &random)
        }
        #expect(draw(epoch: 1) == draw(epoch: 1))
        #expect(draw(epoch: 1) != draw(epoch: 2))
        #expect(draw(epoch: 1).allSatisfy { (0..<30).contains($0) })
    }

    /// As the paper says of many samples: an average over where the class is.
    @Test func manySamples_approachTheProbabilityWeightedMean() {
        let logits = LossFixtures.values(2 * 12, -3, 3, seed: 6)
        let labels: [Float] = [1, 0]
        var random = RandomStream(seed: 1, .sampling)
        var gradient = [Float](repeating: 0, count: 24)
        let loss = BinomialImportanceSampling.loss(
            logits: logits, cells: 12, labels: labels, samples: 50_000, random: &random, weight: 1,
            gradient: &gradient)
        let p = BinomialImportanceSampling.probabilities(logits: logits, classes: 2, cells: 12).values(24)
        let terms = logits.enumerated().map { MultiLabelSoftMargin.term($1, label: labels[$0 / 12]) }
        let expected = (0..<2).map { index -> Double in
            let range = index * 12..<index * 12 + 12
            return LossFixtures.dot(p[range], terms[range]) / Double(p[range].reduce(0, +))
        }
        #expect(abs(Double(loss) - (expected[0] + expected[1]) / 2) < 0.01)
    }

    @Test func multinomialLossOfDrawnPixels_hasTheSlopeThatItReports() {
        let logits = LossFixtures.values(4 * 6, -2, 2, seed: 7)
        let labels: [Float] = [1, 0, 1]
        let indices: [Int32] = [0, 5, 5] + [1, 2, 3] + [4, 4, 4]
        func loss(_ logits: [Float], _ gradient: inout [Float]) -> Float {
            let posteriors = Softmax.forward(logits: logits, channels: 4, cells: 6)
            return MultinomialImportanceSampling.loss(
                posteriors: posteriors.pointer, cells: 6, labels: labels, indices: indices, weight: 1,
                gradient: &gradient)
        }
        var (gradient, ignored) = ([Float](repeating: 0, count: 24), [Float](repeating: 0, count: 24))
        _ = loss(logits, &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 0.02) {
            Double(loss($0, &ignored))
        }
        #expect(error < 2e-3)
        print("finite differences multinomial ISL: \(error)")
    }
}
