import Foundation
import Testing

@testable import Engine

struct FeatureSimilarityTests {
    struct Golden: Sendable {
        let index: Int
        let mu: Float
        let sigma: Float?
        var distance = PairWeights.ColourDistance.meanAbsolute
    }

    @Test(
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)),
        arguments: [
            Golden(index: 0, mu: 2.5, sigma: 5), Golden(index: 1, mu: 2.5, sigma: 5),
            Golden(index: 2, mu: 0.5, sigma: nil), Golden(index: 3, mu: 3, sigma: 2, distance: .rootMeanSquare),
        ])
    func lossAndGradient_agreeWithReference(_ parameters: Golden) throws {
        let golden = try ReferenceTensors("fsl_\(parameters.index)")
        let (colourShape, colours) = try golden.images("x")
        let (shape, predictions) = try golden.images("y")
        let size = MapSize(height: shape[1], width: shape[2])
        let pairs = PairWeights(mu: parameters.mu, sigma: parameters.sigma, distance: parameters.distance)
        let share = 1 / Float(predictions.count)
        var (loss, gradient): (Float, [Float]) = (0, [])
        for image in predictions.indices {
            pairs.update(colours: colours[image], components: colourShape[0], size: size)
            var own = [Float](repeating: 0, count: shape[0] * size.count)
            let value = FeatureSimilarity.loss(
                predictions: predictions[image], channels: shape[0], pairs: pairs, weight: share, gradient: &own)
            loss += share * value
            gradient += own
        }
        let lossError = abs(loss - (try golden.tensor("loss").values[0]))
        let gradientError = relativeDifference(gradient, try golden.tensor("grad_y").values)
        #expect(lossError < 1e-5)
        #expect(gradientError < 1e-4)
        print("parity fsl_\(parameters.index): loss \(lossError), gradient \(gradientError)")
    }

    /// Grids larger than the window, both ways, and a matrix product in several parts.
    @Test(
        arguments: [(19, 14), (8, 30), (1, 25), (25, 1)],
        [(0.7, .meanAbsolute), (2, .rootMeanSquare), (nil, .meanAbsolute)]
            as [(sigma: Float?, distance: PairWeights.ColourDistance)])
    func window_agreesWithAllPairs(
        _ grid: (Int, Int), _ parameters: (sigma: Float?, distance: PairWeights.ColourDistance)
    ) {
        let size = MapSize(height: grid.0, width: grid.1)
        let colours = LossFixtures.values(3 * size.count, 0, 1, seed: 1)
        let predictions = LossFixtures.values(4 * size.count, 0, 1, seed: 2)
        let pairs = PairWeights(mu: 2.5, sigma: parameters.sigma, distance: parameters.distance)
        // What an earlier and larger image left behind must not matter.
        pairs.update(
            colours: LossFixtures.values(3 * 900, 0, 1, seed: 3), size: MapSize(height: 30, width: 30))
        pairs.update(colours: colours, size: size)
        var gradient = [Float](repeating: 0, count: predictions.count)
        let loss = FeatureSimilarity.loss(
            predictions: predictions, channels: 4, pairs: pairs, weight: 0.5, gradient: &gradient)
        let naive = FeatureSimilarity.naive(
            predictions: predictions, colours: colours, size: size, parameters: pairs)
        #expect(abs(Double(loss) - naive.loss) < 1e-5)
        #expect(relativeDifference(gradient.map { 2 * $0 }, naive.gradient.map { Float($0) }) < 1e-4)
    }

    @Test func onlyPairsInReach_haveAWeight() {
        let size = MapSize(height: 12, width: 12)
        let pairs = PairWeights(mu: 2.5, sigma: 1)
        pairs.update(colours: LossFixtures.values(3 * size.count, 0, 1, seed: 4), size: size)
        let weights = pairs.values.values(144 * 144)
        #expect(pairs.reach == 5)
        for i in 0..<144 {
            for j in 0..<144 {
                let isNear = abs(i / 12 - j / 12) <= 5 && abs(i % 12 - j % 12) <= 5
                if i == j || !isNear { #expect(weights[i * 144 + j] == 0) }
                #expect(weights[i * 144 + j] == weights[j * 144 + i])
            }
        }
    }

    /// Descent on the loss does what the loss is for.
    @Test func similarColours_attract_andDifferentOnesRepel() {
        // Cells 0 and 1 are red, 2 is blue.
        let colours: [Float] = [0.9, 0.9, 0.1, 0, 0, 0, 0.1, 0.1, 0.9]
        let pairs = PairWeights(mu: 2.5, sigma: 5)
        pairs.update(colours: colours, size: MapSize(height: 1, width: 3))
        #expect(pairs.values.values(9)[1] < 0 && pairs.values.values(9)[2] > 0)
        var gradient: [Float] = [0, 0, 0]
        _ = FeatureSimilarity.loss(
            predictions: [0.9, 0.5, 0.4], channels: 1, pairs: pairs, weight: 1, gradient: &gradient)
        // A step against the gradient brings 0 and 1 closer, and takes 2 further away from both.
        #expect(gradient[0] - gradient[1] > 0)
        #expect(gradient[2] > 0)
    }
}
