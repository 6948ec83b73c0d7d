/// A frozen batch norm, y = gamma (x - mean) / sqrt(variance + epsilon) + beta, folded into the convolution before it.
struct BatchNorm {
    let gamma: [Float]
    let beta: [Float]
    let mean: [Float]
    let variance: [Float]
    let epsilon: Float

    /// - Parameter weights: [channels, ...], without bias.
    /// - Returns: weights of the same shape and the bias [channels] of the one convolution that does both.
    func folded(into weights: [Float]) -> (weights: [Float], bias: [Float]) {
        let perChannel = weights.count / gamma.count
        var scaled = weights
        var bias = beta
        for channel in gamma.indices {
            let scale = gamma[channel] / (variance[channel] + epsilon).squareRoot()
            for index in channel * perChannel..<(channel + 1) * perChannel { scaled[index] *= scale }
            bias[channel] -= mean[channel] * scale
        }
        return (scaled, bias)
    }
}
