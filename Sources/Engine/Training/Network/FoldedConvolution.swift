/// A convolution and its frozen batch norm, which run as one: the layer's weights are the product of both, and what
/// backward finds for that product is taken apart into the gradients of its factors. A step costs so no pass over the
/// activations for the norms.
///
/// With s = gamma / sqrt(variance + epsilon): W' = s W and b' = beta - mean s, so dW = s dW', dbeta = db' and
/// dgamma = (sum_k W dW' - mean db') / sqrt(variance + epsilon).
struct FoldedConvolution: Sendable {
    let weight: Parameter
    let gamma: Parameter
    let beta: Parameter
    let mean: [Float]
    /// 1 / sqrt(variance + epsilon).
    let inverseDeviation: [Float]
    /// Of the layer that runs.
    let layerWeights: FloatBuffer
    let layerBias: FloatBuffer

    init(
        _ names: (convolution: String, norm: String, shape: [Int]), in set: ParameterSet, layerWeights: FloatBuffer,
        layerBias: FloatBuffer
    ) {
        weight = set[names.convolution + ".weight"]
        gamma = set[names.norm + ".weight"]
        beta = set[names.norm + ".bias"]
        mean = set.statistics[names.norm + ".running_mean"]!
        inverseDeviation = set.statistics[names.norm + ".running_var"]!.map {
            1 / ($0 + EfficientNetLite.batchNormEpsilon).squareRoot()
        }
        self.layerWeights = layerWeights
        self.layerBias = layerBias
    }

    private var channels: Int { gamma.count }
    private var perChannel: Int { weight.count / channels }

    /// Writes the layer's weights from the parameters in `block`.
    func fold(_ block: UnsafePointer<Float>) {
        for channel in 0..<channels {
            let scale = block[gamma.offset + channel] * inverseDeviation[channel]
            let source = block + weight.offset + channel * perChannel
            let target = layerWeights.pointer + channel * perChannel
            for index in 0..<perChannel { target[index] = source[index] * scale }
            layerBias.pointer[channel] = block[beta.offset + channel] - mean[channel] * scale
        }
    }

    /// Turns `gradient`, which holds the layer's weight gradient at `weight` and its bias gradient at `beta`, into the
    /// parameters' gradient, in place.
    func unfold(_ gradient: UnsafeMutablePointer<Float>, parameters block: UnsafePointer<Float>) {
        for channel in 0..<channels {
            let inverse = inverseDeviation[channel]
            let scale = block[gamma.offset + channel] * inverse
            let row = gradient + weight.offset + channel * perChannel
            let source = block + weight.offset + channel * perChannel
            var product = Float(0)
            for index in 0..<perChannel {
                product += source[index] * row[index]
                row[index] *= scale
            }
            gradient[gamma.offset + channel] = (product - mean[channel] * gradient[beta.offset + channel]) * inverse
        }
    }
}
