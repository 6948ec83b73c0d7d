/// A depthwise k x k convolution with "same" padding: every channel is filtered by a kernel of its own.
struct DepthwiseConvolution: Sendable {
    let channels: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let activation: Activation
    /// [channels, kernel, kernel]; refilled by a trainer between two runs.
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Precondition: `weights` is [channels, 1, kernel, kernel], `bias` [channels].
    init(
        channels: Int, kernel: Int, stride: Int, dilation: Int, weights: [Float], bias: [Float], activation: Activation
    ) {
        precondition(weights.count == channels * kernel * kernel && bias.count == channels)
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }

    func outputSize(_ input: MapSize) -> MapSize { input.strided(by: stride) }
}
