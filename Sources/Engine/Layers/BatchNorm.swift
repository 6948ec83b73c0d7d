/// A frozen batch norm, y = gamma (x - mean) / sqrt(variance + epsilon) + beta: its statistics never change.
struct BatchNorm {
    let gamma: [Float]
    let beta: [Float]
    let mean: [Float]
    let variance: [Float]
    let epsilon: Float

    private func inverseDeviation(_ channel: Int) -> Float { 1 / (variance[channel] + epsilon).squareRoot() }

    /// In place on [channels, pixels].
    func forward(_ values: UnsafeMutablePointer<Float>, pixels: Int) {
        for channel in gamma.indices {
            let scale = gamma[channel] * inverseDeviation(channel)
            let shift = beta[channel] - mean[channel] * scale
            let row = values + channel * pixels
            for index in 0..<pixels { row[index] = row[index] * scale + shift }
        }
    }

    /// - Parameters:
    ///   - input: [channels, pixels], before `forward`.
    ///   - gradient: [channels, pixels], of the output; afterwards of the input.
    ///   - gammaGradient: [channels], added to.
    ///   - betaGradient: [channels], added to.
    func backward(
        _ input: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, pixels: Int,
        gammaGradient: UnsafeMutablePointer<Float>, betaGradient: UnsafeMutablePointer<Float>
    ) {
        for channel in gamma.indices {
            let inverse = inverseDeviation(channel)
            let scale = gamma[channel] * inverse
            let (row, source) = (gradient + channel * pixels, input + channel * pixels)
            var (sum, product) = (Float(0), Float(0))
            for index in 0..<pixels {
                sum += row[index]
                product += row[index] * (source[index] - mean[channel])
                row[index] *= scale
            }
            gammaGradient[channel] += product * inverse
            betaGradient[channel] += sum
        }
    }

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
