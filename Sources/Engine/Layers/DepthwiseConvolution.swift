import CKernels

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

    func scratchFloats(_ input: MapSize) -> Int {
        withUnsafePointer(to: shape(input)) { depthwise_scratch_floats($0) }
    }

    /// - Parameters:
    ///   - input: [channels, size.height, size.width]
    ///   - output: [channels, outputSize(size)]; this member writes its channels.
    func forward(
        _ input: UnsafePointer<Float>, size: MapSize, into output: UnsafeMutablePointer<Float>, member: LayerMember
    ) {
        let outputCount = outputSize(size).count
        let kernels = VectorKernels.active.pointee
        withUnsafePointer(to: shape(size)) { shape in
            for channel in member.channels(of: channels) {
                kernels.depthwise(
                    shape, input + channel * size.count, weights.pointer + channel * kernel * kernel,
                    bias.pointer[channel], output + channel * outputCount, member.scratch)
            }
        }
    }

    private func shape(_ input: MapSize) -> depthwise_shape {
        let vertical = SamePadding(input: input.height, kernel: kernel, stride: stride, dilation: dilation)
        let horizontal = SamePadding(input: input.width, kernel: kernel, stride: stride, dilation: dilation)
        return depthwise_shape(
            height: Int32(input.height), width: Int32(input.width), out_height: Int32(vertical.output),
            out_width: Int32(horizontal.output), kernel: Int32(kernel), stride: Int32(stride),
            dilation: Int32(dilation), pad_top: Int32(vertical.leading), pad_left: Int32(horizontal.leading),
            low: activation.low, high: activation.high)
    }
}
