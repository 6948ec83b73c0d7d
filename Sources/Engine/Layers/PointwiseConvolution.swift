/// A 1x1 convolution: output[M, pixels] = activation(weights[M, K] input[K, pixels] + bias).
struct PointwiseConvolution: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let activation: Activation
    /// [outputChannels, inputChannels]; refilled by a trainer between two runs.
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Precondition: `weights` is [outputChannels, inputChannels], `bias` [outputChannels].
    init(inputChannels: Int, outputChannels: Int, weights: [Float], bias: [Float], activation: Activation) {
        precondition(weights.count == inputChannels * outputChannels && bias.count == outputChannels)
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }
}
