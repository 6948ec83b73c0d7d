import Testing

@testable import Engine

struct MaxNormalisationTests {
    private static func forward(_ logits: [Float]) -> [Float] {
        var map = logits
        MaxNormalisation.forward(logits, cells: logits.count, into: &map)
        return map
    }

    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    func maps_agreeWithReference() throws {
        let golden = try ReferenceTensors("max_norm")
        let (shape, values) = try golden.tensor("x")
        let maps = values.chunks(of: shape[2] * shape[3]).flatMap { Self.forward(Array($0)) }
        let error = largestDifference(maps, try golden.tensor("y").values)
        #expect(error < 1e-6)
        print("parity max_norm: \(error)")
    }

    /// With negative cells the minimum is zero and constant, without it takes part in the gradient.
    @Test(arguments: [0, 4])
    func gradient_goesThroughMinimumAndMaximum(negative: Int) {
        let logits = LossFixtures.spread(15, negative: negative, seed: 2)
        let mapGradient = LossFixtures.values(15, seed: 3)
        var gradient = [Float](repeating: 0, count: 15)
        MaxNormalisation.backward(
            logits: logits, map: Self.forward(logits), mapGradient: mapGradient, cells: 15, gradient: &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 2e-3) {
            LossFixtures.dot(mapGradient, Self.forward($0))
        }
        #expect(error < 1e-3)
        print("finite differences max-min normalisation, \(negative) negative: \(error)")
    }

    @Test func equalExtremes_giveTheirGradientToTheFirst() {
        let logits: [Float] = [3, 1, 2, 3, 1]
        var gradient = [Float](repeating: 0, count: 5)
        MaxNormalisation.backward(
            logits: logits, map: Self.forward(logits), mapGradient: [0, 0, 1, 0, 0], cells: 5, gradient: &gradient)
        #expect(largestDifference(gradient, [-0.25, -0.25, 0.5, 0, 0]) < 1e-4)
    }

    @Test(arguments: [-1, 0, 2] as [Float])
    func constantMap_isZeroWithoutGradient(value: Float) {
        let logits = [Float](repeating: value, count: 6)
        var gradient = [Float](repeating: 0, count: 6)
        MaxNormalisation.backward(
            logits: logits, map: Self.forward(logits), mapGradient: [1, 2, 3, 4, 5, 6], cells: 6, gradient: &gradient)
        #expect(Self.forward(logits) == [0, 0, 0, 0, 0, 0])
        #expect(gradient == [0, 0, 0, 0, 0, 0])
    }
}
