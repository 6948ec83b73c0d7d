extension BlockedKernels {
    /// Whether a dense layer gives on this processor what its definition gives: kernels that go wrong without a crash
    /// would make wrong masks without a word. Sizes are no multiple of any vector or tile.
    func multiplyRight() -> Bool {
        let (inputs, outputs, size) = (37, 5 * lanes - 1, MapSize(height: 3, width: 17))
        func values(_ count: Int, _ seed: Int) -> [Float] {
            (0..<count).map { Float(($0 &* 7919 &+ seed) % 1009) / 1009 - 0.5 }
        }
        let (planes, weights, bias) = (values(inputs * size.count, 1), values(outputs * inputs, 2), values(outputs, 3))
        let layer = PointwiseConvolution(
            inputChannels: inputs, outputChannels: outputs, weights: weights, bias: bias, activation: .identity)
        let (source, sourceBuffer) = BlockedMap.allocated(channels: inputs, size: size, lanes: lanes)
        let (target, targetBuffer) = BlockedMap.allocated(channels: outputs, size: size, lanes: lanes)
        let found = FloatBuffer([Float](repeating: .nan, count: outputs * size.count))
        source.fill(
            from: planes, channels: inputs, member: LayerMember(index: 0, count: 1, scratch: sourceBuffer.pointer))
        BlockedDense(layer, kernels: self).run(source, into: target)
        target.copy(pixels: 0..<size.count, to: found.pointer, channels: outputs, kernels: self)
        withExtendedLifetime((sourceBuffer, targetBuffer)) {}
        return (0..<outputs).allSatisfy { output in
            (0..<size.count).allSatisfy { pixel in
                let sum = (0..<inputs).reduce(bias[output]) {
                    $0 + weights[output * inputs + $1] * planes[$1 * size.count + pixel]
                }
                return abs(found.pointer[output * size.count + pixel] - sum) < 1e-4
            }
        }
    }
}
