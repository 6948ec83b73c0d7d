import Testing

@testable import Engine

struct SGDTests {
    /// One parameter of two values, updated with the same gradients under each role.
    private func updated(_ optimizer: SGD, _ role: Parameter.Role, rates: [Float]) -> [Float] {
        let set = ParameterSet([("p", [2], role, [1, -2])], statistics: [:])
        let (gradient, velocity) = (FloatBuffer([0.5, 1]), FloatBuffer(count: 2))
        for rate in rates {
            optimizer.update(set["p"], in: set.values, gradient: gradient, velocity: velocity, rate: rate)
        }
        return set.floats(set["p"], in: set.values)
    }

    private let optimizer = SGD(
        learningRate: 1, momentum: 0.9, weightDecay: 0.1, newLayerFactor: 10, biasFactor: 2, scaleFactor: 0)

    /// By hand. First value: v = 0.5 + 0.1 * 1 = 0.6, w = 1 - 0.1 * 0.6 = 0.94; then
    /// v = 0.9 * 0.6 + 0.5 + 0.1 * 0.94 = 1.134, w = 0.94 - 0.05 * 1.134 = 0.8833. Second: v = 0.8, w = -2.08;
    /// v = 0.72 + 1 - 0.208 = 1.512, w = -2.1556.
    @Test func twoSteps_matchTheFormula() {
        #expect(largestDifference(updated(optimizer, .weight, rates: [0.1]), [0.94, -2.08]) < 1e-6)
        #expect(largestDifference(updated(optimizer, .weight, rates: [0.1, 0.05]), [0.8833, -2.1556]) < 1e-6)
    }

    /// Ten times the rate: w = 1 - 0.6 = 0.4, -2 - 0.8 = -2.8.
    @Test func newLayers_learnFaster() {
        #expect(largestDifference(updated(optimizer, .new, rates: [0.1]), [0.4, -2.8]) < 1e-6)
    }

    /// Twice the rate, and no decay: w = 1 - 0.2 * 0.5, -2 - 0.2 * 1; then v = 0.95 and 1.9.
    @Test func biases_doNotDecay() {
        #expect(largestDifference(updated(optimizer, .bias, rates: [0.1]), [0.9, -2.2]) < 1e-6)
        #expect(largestDifference(updated(optimizer, .bias, rates: [0.1, 0.1]), [0.71, -2.58]) < 1e-6)
    }

    @Test func factorZero_leavesARoleAsItIs() {
        #expect(updated(optimizer, .scale, rates: [0.1, 0.1]) == [1, -2])
        var gains = optimizer
        (gains.scaleFactor, gains.biasFactor) = (1, 0)
        #expect(largestDifference(updated(gains, .scale, rates: [0.1]), [0.95, -2.1]) < 1e-6)
        #expect(updated(gains, .bias, rates: [0.1]) == [1, -2])
    }

    @Test func update_touchesNoOtherParameter() {
        let set = ParameterSet([("a", [1], .weight, [1]), ("b", [1], .weight, [2])], statistics: [:])
        let (gradient, velocity) = (FloatBuffer([Float](repeating: 1, count: set.count)), FloatBuffer(count: set.count))
        optimizer.update(set["b"], in: set.values, gradient: gradient, velocity: velocity, rate: 0.5)
        #expect(set.floats(set["a"], in: set.values) == [1])
        #expect(abs(set.pointer("b")[0] - 1.4) < 1e-6)
        #expect((0..<set.count).filter { velocity.pointer[$0] != 0 } == [set["b"].offset])
    }

    /// 0.01 * 0.5^0.9 = 0.0053588673.
    @Test func rate_fallsAsAPolynomial() {
        let optimizer = SGD(learningRate: 0.01, power: 0.9)
        #expect(optimizer.rate(step: 0, of: 8) == 0.01)
        #expect(abs(optimizer.rate(step: 4, of: 8) - 0.0053588673) < 1e-8)
        #expect(optimizer.rate(step: 8, of: 8) == 0)
        #expect(optimizer.rate(step: 9, of: 8) == 0)
    }
}
