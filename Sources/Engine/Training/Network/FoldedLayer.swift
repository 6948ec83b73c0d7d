/// A layer and its frozen batch norm, which run as one: the layer's weights are the product of both, and what backward finds
/// for that product is taken apart into the gradients of its factors. A step costs so no pass over the activations for the
/// norms.
///
/// With s = gamma / sqrt(variance + epsilon): W' = s W and b' = beta + (bias - mean) s, so dW = s dW', dbias = s db',
/// dbeta = db' and dgamma = (sum_k W dW' + (bias - mean) db') / sqrt(variance + epsilon). A norm alone has W = 1.
struct FoldedLayer: Sendable {
    /// Nil of a norm alone.
    private let weight: Parameter?
    /// The convolution's own.
    private let bias: Parameter?
    private let norm: Norm?
    /// Of the layer that runs.
    let layerWeights: FloatBuffer
    let layerBias: FloatBuffer

    private struct Norm: Sendable {
        let gamma: Parameter
        let beta: Parameter
        let mean: [Float]
        /// 1 / sqrt(variance + epsilon).
        let inverseDeviation: [Float]

        init(_ norm: FusedNorm, in set: ParameterSet) {
            gamma = set["\(norm.name).weight"]
            beta = set["\(norm.name).bias"]
            mean = set.statistics["\(norm.name).running_mean"]!
            inverseDeviation = set.statistics["\(norm.name).running_var"]!.map {
                1 / ($0 + norm.shape.epsilon).squareRoot()
            }
        }
    }

    /// - Precondition: the set has the layer's parameters.
    init(_ layer: FusedConvolution, in set: ParameterSet, layerWeights: FloatBuffer, layerBias: FloatBuffer) {
        weight = set["\(layer.name).weight"]
        bias = layer.shape.hasBias ? set["\(layer.name).bias"] : nil
        norm = layer.norm.map { Norm($0, in: set) }
        (self.layerWeights, self.layerBias) = (layerWeights, layerBias)
    }

    /// A norm that no convolution takes in.
    init(_ norm: FusedNorm, in set: ParameterSet, layerWeights: FloatBuffer, layerBias: FloatBuffer) {
        (weight, bias, self.norm) = (nil, nil, Norm(norm, in: set))
        (self.layerWeights, self.layerBias) = (layerWeights, layerBias)
    }

    private var channels: Int { norm?.gamma.count ?? weight?.shape[0] ?? 0 }
    private var perChannel: Int { (weight?.count ?? channels) / channels }

    /// Writes the layer's weights from the parameters in `block`.
    func fold(_ block: UnsafePointer<Float>) {
        let perChannel = perChannel
        for channel in 0..<channels {
            let target = layerWeights.pointer + channel * perChannel
            let scale = norm.map { block[$0.gamma.offset + channel] * $0.inverseDeviation[channel] } ?? 1
            if let weight {
                let source = block + weight.offset + channel * perChannel
                for index in 0..<perChannel { target[index] = source[index] * scale }
            } else {
                target[0] = scale
            }
            var shift = bias.map { block[$0.offset + channel] * scale } ?? 0
            if let norm { shift += block[norm.beta.offset + channel] - norm.mean[channel] * scale }
            layerBias.pointer[channel] = shift
        }
    }

    /// Adds the layer's gradients to a block of gradients, as `unfold` takes them: its weights' at the weights' place (a
    /// norm's alone at its gain's), its bias' at the norm's shift's, or its own.
    func add(_ sums: GradientSums, to gradient: UnsafeMutablePointer<Float>) {
        if let place = weight ?? norm?.gamma { sums.addWeights(to: gradient + place.offset) }
        if let place = norm?.beta ?? bias { sums.addBias(to: gradient + place.offset) }
    }

    /// Turns what `add` left in `gradient` into the parameters' gradient, in place.
    func unfold(_ gradient: UnsafeMutablePointer<Float>, parameters block: UnsafePointer<Float>) {
        guard let norm else { return }
        let perChannel = perChannel
        for channel in 0..<channels {
            let inverse = norm.inverseDeviation[channel]
            let scale = block[norm.gamma.offset + channel] * inverse
            let shift = gradient[norm.beta.offset + channel]
            var product = Float(0)
            if let weight {
                let row = gradient + weight.offset + channel * perChannel
                let source = block + weight.offset + channel * perChannel
                for index in 0..<perChannel {
                    product += source[index] * row[index]
                    row[index] *= scale
                }
            } else {
                product = gradient[norm.gamma.offset + channel]
            }
            var slope = product - norm.mean[channel] * shift
            if let bias {
                slope += block[bias.offset + channel] * shift
                gradient[bias.offset + channel] = shift * scale
            }
            gradient[norm.gamma.offset + channel] = slope * inverse
        }
    }
}
