import Testing

@testable import Engine

struct MaxNormalisationTests {
    private static func forward(_ logits: [Float], smallestRange: Float = 0) -> [Float] {
        var map = logits
        MaxNormalisation.forward(logits, cells: logits.count, smallestRange: smallestRange, into: &map)
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

    /// The spread fixture's maps range over 1.05 to 1.45 logits.
    @Test(arguments: [0, 4])
    func gradientOfAFlatMap_goesThroughItsMinimumAlone(negative: Int) {
        let logits = LossFixtures.spread(15, negative: negative, seed: 2)
        let mapGradient = LossFixtures.values(15, seed: 3)
        var gradient = [Float](repeating: 0, count: 15)
        MaxNormalisation.backward(
            logits: logits, map: Self.forward(logits, smallestRange: 2), mapGradient: mapGradient, cells: 15,
            smallestRange: 2, gradient: &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 2e-3) {
            LossFixtures.dot(mapGradient, Self.forward($0, smallestRange: 2))
        }
        #expect(error < 1e-3)
        print("finite differences flat max-min normalisation, \(negative) negative: \(error)")
    }

    @Test func flatMap_keepsItsSlope_andAnyOtherIsAsWithoutABound() {
        #expect(largestDifference(Self.forward([0.5, 0.25, -3], smallestRange: 1), [0.5, 0.25, 0]) < 2e-5)
        #expect(largestDifference(Self.forward([3.5, 3.25, 3], smallestRange: 1), [0.5, 0.25, 0]) < 2e-5)
        for range in [0.5, 1.2, 4] as [Float] {
            let logits: [Float] = [0, range, range / 3, -1]
            let isFlat = range < 1
            #expect((Self.forward(logits, smallestRange: 1) == Self.forward(logits)) == !isFlat)
        }
    }

    /// The map that ended a run of 15 epochs: one positive cell, of 4.5e-5 logits.
    @Test func mapOfOneFaintCell_hasABoundedGradient() {
        var logits = [Float](repeating: -7.7, count: 196)
        logits[80] = 4.5e-5
        func largest(_ smallestRange: Float) -> Float {
            var gradient = [Float](repeating: 0, count: 196)
            MaxNormalisation.backward(
                logits: logits, map: Self.forward(logits, smallestRange: smallestRange),
                mapGradient: [Float](repeating: 1, count: 196), cells: 196, smallestRange: smallestRange,
                gradient: &gradient)
            return gradient.map(abs).max() ?? 0
        }
        #expect(largest(0) > 1000)
        #expect(largest(1) <= 1)
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
