import Foundation
import Testing

@testable import Engine

@Suite struct DenseCRFTests {
    /// The customary settings for PASCAL VOC, with which the reference values were made.
    private static let customary = DenseCRF.Parameters(
        gaussianDeviation: 3, gaussianCompatibility: 3, bilateralDeviation: 80, bilateralColourDeviation: 13,
        bilateralCompatibility: 10, iterations: 10)

    /// Against pydensecrf, element by element.
    @Test(
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)),
        arguments: [1, 10])
    func multinomial_agreesWithReference(iterations: Int) throws {
        let golden = try ReferenceTensors("dense_crf_\(iterations)")
        let (shape, pixels) = try golden.tensor("image")
        let probabilities = try golden.tensor("probabilities").values
        let expected = try golden.tensor("posterior").values
        let image = RGBImage(width: shape[1], height: shape[0], pixels: pixels.map { UInt8($0) })
        var parameters = Self.customary
        parameters.iterations = iterations

        let crf = DenseCRF(image: image, parameters: parameters)
        let posterior = crf.multinomial(logits: probabilities.map { log($0) })

        #expect(posterior.count == expected.count)
        let error = zip(posterior, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error < 1e-4)
    }

    /// Two labels with opposite logits are the same problem as one binary one.
    @Test func binomial_equalsMultinomialWithTwoLabels() {
        let image = RefinementFixtures.noiseImage(width: 23, height: 17, seed: 1)
        var noise = RefinementFixtures.Noise(seed: 2)
        let logits = noise.values(23 * 17).map { 8 * ($0 - 0.5) }
        let crf = DenseCRF(image: image, parameters: Self.customary)

        let binomial = crf.binomial(logits: logits)
        let multinomial = crf.multinomial(logits: logits + logits.map { _ in 0 })

        for pixel in logits.indices { #expect(abs(binomial[pixel] - multinomial[pixel]) < 1e-4) }
    }

    @Test func kernelWithoutWeight_changesNothing() {
        let image = RefinementFixtures.noiseImage(width: 14, height: 11, seed: 8)
        var noise = RefinementFixtures.Noise(seed: 9)
        let logits = noise.values(154).map { 6 * ($0 - 0.5) }
        var (small, none) = (Self.customary, Self.customary)
        (small.gaussianCompatibility, none.gaussianCompatibility) = (1e-12, 0)
        let expected = DenseCRF(image: image, parameters: small).binomial(logits: logits)
        let found = DenseCRF(image: image, parameters: none).binomial(logits: logits)
        for pixel in logits.indices { #expect(abs(found[pixel] - expected[pixel]) < 1e-4) }
        (none.bilateralCompatibility, none.iterations) = (0, 3)
        let alone = DenseCRF(image: image, parameters: none).binomialLogits(logits)
        #expect(alone == logits)
    }

    @Test func multinomial_sumsToOneAtEveryPixel() {
        let image = RefinementFixtures.noiseImage(width: 9, height: 8, seed: 3)
        var noise = RefinementFixtures.Noise(seed: 4)
        let posterior = DenseCRF(image: image, parameters: Self.customary)
            .multinomial(logits: noise.values(5 * 72).map { 6 * $0 })

        for pixel in 0..<72 {
            let sum = (0..<5).reduce(Float(0)) { $0 + posterior[$1 * 72 + pixel] }
            #expect(abs(sum - 1) < 1e-5)
        }
    }

    /// With logit 0 everywhere nothing favours either label.
    @Test func binomial_keepsZeroLogitsAtOneHalf() {
        let image = RefinementFixtures.noiseImage(width: 12, height: 7, seed: 5)
        let posterior = DenseCRF(image: image, parameters: Self.customary)
            .binomial(logits: [Float](repeating: 0, count: 84))
        #expect(posterior.allSatisfy { $0 == 0.5 })
    }

    /// Swapping class and background mirrors the posterior.
    @Test func binomial_isSymmetricInItsTwoLabels() {
        let image = RefinementFixtures.noiseImage(width: 20, height: 15, seed: 6)
        var noise = RefinementFixtures.Noise(seed: 7)
        let logits = noise.values(300).map { 10 * ($0 - 0.4) }
        let crf = DenseCRF(image: image, parameters: Self.customary)

        let posterior = crf.binomial(logits: logits)
        let mirrored = crf.binomial(logits: logits.map { -$0 })

        for pixel in logits.indices { #expect(abs(posterior[pixel] + mirrored[pixel] - 1) < 1e-4) }
    }

    @Test func noIterations_leaveTheUnaryPosterior() {
        let image = RefinementFixtures.flatImage(width: 3, height: 1)
        var parameters = Self.customary
        parameters.iterations = 0
        let posterior = DenseCRF(image: image, parameters: parameters).binomial(logits: [-2, 0, 3])
        for (value, logit) in zip(posterior, [-2, 0, 3] as [Float]) {
            #expect(abs(value - 1 / (1 + exp(-logit))) < 1e-6)
        }
    }
}

extension DenseCRF {
    /// Posteriors in (0, 1), [map][pixel].
    fileprivate func binomial(logits: [Float]) -> [Float] {
        var result = binomialLogits(logits)
        result.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
        return result
    }
}
