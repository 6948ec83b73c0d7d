@testable import Engine

/// Gradients checked against central differences.
enum FiniteDifferences {
    /// The largest difference between `gradient` and the slopes of `loss` around `point`, relative to the largest
    /// slope; infinite where all slopes are zero.
    static func relativeError(
        of gradient: [Float], at point: [Float], step: Float, loss: ([Float]) -> Double
    ) -> Float {
        var moved = point
        let slopes = point.indices.map { index -> Float in
            moved[index] = point[index] + step
            let above = loss(moved)
            let up = moved[index]
            moved[index] = point[index] - step
            let below = loss(moved)
            // The distance that floats near this value allow.
            let distance = Double(up) - Double(moved[index])
            moved[index] = point[index]
            return Float((above - below) / distance)
        }
        return relativeDifference(gradient, slopes)
    }
}

/// The largest absolute difference, relative to the largest of `expected`; infinite where that is zero.
func relativeDifference(_ values: some Collection<Float>, _ expected: some Collection<Float>) -> Float {
    let scale = expected.reduce(Float(0)) { max($0, abs($1)) }
    return scale > 0 ? largestDifference(values, expected) / scale : .infinity
}

/// Inputs for gradient checks.
enum LossFixtures {
    /// Uniform in low..<high, the same in every run.
    static func values(_ count: Int, _ low: Float = -1, _ high: Float = 1, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed, .initialisation)
        return (0..<count).map { _ in random.uniform(low, high) }
    }

    /// In random order, values 0.1 apart of which `negative` are below zero: no two are near each other or near the
    /// ReLU's kink.
    static func spread(_ count: Int, negative: Int, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed, .initialisation)
        return random.permutation(of: count).map { Float($0 - negative) * 0.1 + 0.05 }
    }

    /// sum_i a_i b_i
    static func dot(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}

/// A reference tensor taken apart into images.
extension ReferenceTensors {
    /// - Returns: The shape without the batch axis, and the values of each image.
    func images(_ name: String) throws -> (shape: [Int], images: [[Float]]) {
        let (shape, values) = try tensor(name)
        return (Array(shape.dropFirst()), values.chunks(of: values.count / shape[0]).map(Array.init))
    }
}
