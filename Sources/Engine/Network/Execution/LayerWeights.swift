/// Where a network's parameters come from: a file, or memory.
protocol ParameterSource {
    /// - Throws: where it is missing, of another shape, or holds what is no number.
    func floats(ofGraph name: String, shape: [Int]) throws(ModelError) -> [Float]
    /// - Parameter name: of the parameter at fault; nil for the whole.
    func error(_ name: String?, _ reason: String) -> ModelError
}

/// What a layer multiplies and adds, the norm behind it included.
struct LayerWeights {
    /// Of a convolution [output, input / groups, k, k]; of a norm alone [channels].
    let weights: [Float]
    /// [output]
    let bias: [Float]

    init(_ layer: FusedConvolution, from source: some ParameterSource) throws(ModelError) {
        let shape = layer.shape
        let weights = try source.floats(
            ofGraph: "\(layer.name).weight",
            shape: [shape.outputChannels, shape.inputChannels / shape.groups, shape.kernel, shape.kernel])
        let bias =
            shape.hasBias ? try source.floats(ofGraph: "\(layer.name).bias", shape: [shape.outputChannels]) : nil
        guard let fused = layer.norm else {
            self.weights = weights
            self.bias = bias ?? [Float](repeating: 0, count: shape.outputChannels)
            return
        }
        let norm = try BatchNorm(fused, from: source)
        let folded = norm.folded(into: weights)
        self.weights = folded.weights
        // The norm shifts the convolution's own bias too.
        self.bias = bias.map { zip(folded.bias, norm.folded(into: $0).weights).map(+) } ?? folded.bias
    }

    /// Of a norm that no convolution takes in.
    init(_ norm: FusedNorm, from source: some ParameterSource) throws(ModelError) {
        let folded = try BatchNorm(norm, from: source).folded(
            into: [Float](repeating: 1, count: norm.shape.channels))
        (weights, bias) = (folded.weights, folded.bias)
    }
}

extension BatchNorm {
    init(_ norm: FusedNorm, from source: some ParameterSource) throws(ModelError) {
        let channels = [norm.shape.channels]
        let variance = "\(norm.name).running_var"
        self.init(
            gamma: try source.floats(ofGraph: "\(norm.name).weight", shape: channels),
            beta: try source.floats(ofGraph: "\(norm.name).bias", shape: channels),
            mean: try source.floats(ofGraph: "\(norm.name).running_mean", shape: channels),
            variance: try source.floats(ofGraph: variance, shape: channels), epsilon: norm.shape.epsilon)
        guard self.variance.allSatisfy({ $0 >= 0 }) else { throw source.error(variance, "holds a negative variance") }
    }
}
