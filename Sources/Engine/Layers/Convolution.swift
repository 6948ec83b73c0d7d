/// A dense k x k convolution with "same" padding.
struct Convolution: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let activation: Activation
    /// [outputChannels, inputChannels, kernel, kernel]; refilled by a trainer between two runs.
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Precondition: `weights` is [outputChannels, inputChannels, kernel, kernel], `bias` [outputChannels].
    init(
        inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int, dilation: Int = 1, weights: [Float],
        bias: [Float], activation: Activation
    ) {
        precondition(weights.count == outputChannels * inputChannels * kernel * kernel && bias.count == outputChannels)
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }

    func outputSize(_ input: MapSize) -> MapSize { input.strided(by: stride) }
}
