import CKernels

/// A depthwise k x k convolution over channel-blocked maps.
struct BlockedDepthwise: Sendable {
    let channels: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let kernels: BlockedKernels
    static let maximumKernel = Int(DEPTHWISE_MAX_KERNEL)
    var lanes: Int { kernels.lanes }
    private let activation: Activation
    /// [blocks, kernel, kernel, lanes]
    private let weights: FloatBuffer
    /// [blocks, lanes]
    private let bias: FloatBuffer

    var blocks: Int { BlockedMap.blocks(channels, lanes: lanes) }

    func outputSize(_ input: MapSize) -> MapSize { input.strided(by: stride) }

    init(_ layer: DepthwiseConvolution, kernels: BlockedKernels) {
        self.init(layer, stride: layer.stride, activation: layer.activation, kernels: kernels)
        pack(layer)
    }

    /// With weights and bias of zero.
    private init(_ layer: DepthwiseConvolution, stride: Int, activation: Activation, kernels: BlockedKernels) {
        channels = layer.channels
        kernel = layer.kernel
        self.stride = stride
        dilation = layer.dilation
        self.activation = activation
        self.kernels = kernels
        let blocks = BlockedMap.blocks(channels, lanes: kernels.lanes)
        weights = FloatBuffer(count: blocks * kernel * kernel * kernels.lanes)
        bias = FloatBuffer(count: blocks * kernels.lanes)
    }

    /// With stride 1 the input's gradient is the output's, filtered by the weights turned by 180 degrees, which
    /// `packTurned` takes over.
    static func turned(_ layer: DepthwiseConvolution, kernels: BlockedKernels) -> BlockedDepthwise {
        BlockedDepthwise(layer, stride: 1, activation: .identity, kernels: kernels)
    }

    /// Takes over the layer's weights and bias as they are now.
    func pack(_ layer: DepthwiseConvolution) {
        pack { channel, tap in layer.weights.pointer[channel * kernel * kernel + tap] }
        bias.pointer.update(from: layer.bias.pointer, count: channels)
    }

    func packTurned(_ layer: DepthwiseConvolution) {
        let taps = kernel * kernel
        pack { channel, tap in layer.weights.pointer[channel * taps + taps - 1 - tap] }
    }

    @inline(__always)
    private func pack(_ weight: (_ channel: Int, _ tap: Int) -> Float) {
        let taps = kernel * kernel
        for channel in 0..<channels {
            for tap in 0..<taps {
                weights.pointer[(channel / lanes * taps + tap) * lanes + channel % lanes] = weight(channel, tap)
            }
        }
    }

    /// [kernel, kernel, lanes]
    func weights(ofBlock block: Int) -> UnsafePointer<Float> {
        UnsafePointer(weights.pointer + block * kernel * kernel * lanes)
    }

    /// Output rows of one block.
    /// - Parameters:
    ///   - ring: the block's input rows.
    ///   - output: where the first of `rows` goes.
    func run(
        _ ring: UnsafePointer<Float>, _ geometry: RingGeometry, zeroRow: UnsafePointer<Float>, block: Int,
        rows: Range<Int>, output: UnsafeMutablePointer<Float>
    ) {
        var shape = blocked_depthwise_shape(
            kernel: Int32(kernel), stride: Int32(stride), dilation: Int32(dilation), pad_top: Int32(geometry.padTop),
            height: Int32(geometry.input.height), ring: Int32(geometry.rows), in_row: geometry.row, zero_row: zeroRow,
            out_row: geometry.output.width * lanes, width: Int32(geometry.output.width), low: activation.low,
            high: activation.high)
        kernels.functions.depthwise(
            &shape, ring, weights(ofBlock: block), bias.pointer + block * lanes, output,
            Int32(rows.lowerBound), Int32(rows.upperBound))
    }
}
