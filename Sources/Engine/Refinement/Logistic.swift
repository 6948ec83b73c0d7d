/// Exponential, logistic function and hyperbolic tangent over whole arrays, eight values at a time. The same input
/// gives the same bits wherever it stands in the array.
enum Logistic {
    /// Replaces logits x by tanh(x / 2) = 2 s(x) - 1, s being the logistic function.
    static func replaceBySignedPosteriors(_ values: UnsafeMutableBufferPointer<Float>) {
        map(values) { 1 - 2 / (1 + exponential($0)) }
    }

    /// Replaces logits x by s(x) = 1 / (1 + exp(-x)), kept strictly inside (0, 1).
    static func replaceByPosteriors(_ values: UnsafeMutableBufferPointer<Float>) {
        // exp(-15) is the last power whose distance to 1 a float still shows.
        map(values) { 1 / (1 + exponential(-clamped($0, to: 15))) }
    }

    /// Replaces logits, [label][pixel], by the softmax over the labels of each pixel.
    static func replaceBySoftmax(_ values: UnsafeMutableBufferPointer<Float>, labels: Int) {
        guard labels > 0 else { return }
        let pixels = values.count / labels
        for pixel in 0..<pixels {
            var highest = values[pixel]
            for label in 1..<labels { highest = max(highest, values[label * pixels + pixel]) }
            for label in 0..<labels { values[label * pixels + pixel] -= highest }
        }
        map(values) { exponential($0) }
        for pixel in 0..<pixels {
            var sum: Float = 0
            for label in 0..<labels { sum += values[label * pixels + pixel] }
            for label in 0..<labels { values[label * pixels + pixel] /= sum }
        }
    }

    /// exp(x) with a relative error under 2e-7 (1 + |x|), x limited to [-80, 80].
    @inline(__always)
    static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
        // exp(x) = 2^n 2^f with integer n and |f| <= 1/2. Adding 1.5 * 2^23 rounds to n, in the low mantissa bits.
        let scaled = clamped(x, to: 80) * 1.442_695_04
        let shift = SIMD8<Float>(repeating: 12_582_912)
        let shifted = scaled + shift
        let f = scaled - (shifted - shift)
        // Taylor series of 2^f.
        var power = SIMD8<Float>(repeating: 1.540_353e-4)
        power = power * f + 1.333_355_8e-3
        power = power * f + 9.618_129e-3
        power = power * f + 5.550_411e-2
        power = power * f + 0.240_226_51
        power = power * f + 0.693_147_18
        power = power * f + 1
        let exponent = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
        return unsafeBitCast(unsafeBitCast(power, to: SIMD8<Int32>.self) &+ exponent, to: SIMD8<Float>.self)
    }

    @inline(__always)
    private static func clamped(_ x: SIMD8<Float>, to limit: Float) -> SIMD8<Float> {
        let lower = SIMD8<Float>(repeating: -limit)
        let upper = SIMD8<Float>(repeating: limit)
        return x.replacing(with: lower, where: x .< lower).replacing(with: upper, where: x .> upper)
    }

    @inline(__always)
    static func map(
        _ values: UnsafeMutableBufferPointer<Float>, _ transform: (SIMD8<Float>) -> SIMD8<Float>
    ) {
        guard let base = values.baseAddress else { return }
        let raw = UnsafeMutableRawPointer(base)
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let input = raw.loadUnaligned(fromByteOffset: start * 4, as: SIMD8<Float>.self)
            raw.storeBytes(of: transform(input), toByteOffset: start * 4, as: SIMD8<Float>.self)
        }
        var rest = SIMD8<Float>()
        for index in whole..<values.count { rest[index - whole] = base[index] }
        rest = transform(rest)
        for index in whole..<values.count { base[index] = rest[index - whole] }
    }
}
