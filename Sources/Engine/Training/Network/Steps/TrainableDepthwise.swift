import CKernels

/// A depthwise convolution over channel-blocked maps, forward and back.
struct TrainableDepthwise: Sendable {
    let filter: BlockedDepthwise
    let layer: DepthwiseConvolution
    /// With stride 1.
    private let turned: BlockedDepthwise?

    init(_ layer: DepthwiseConvolution, kernels: BlockedKernels = .active) {
        self.layer = layer
        filter = BlockedDepthwise(layer, kernels: kernels)
        turned = layer.stride == 1 ? .turned(layer, kernels: kernels) : nil
        pack()
    }

    /// Takes over the layer's weights as they are now.
    func pack() {
        filter.pack(layer)
        turned?.packTurned(layer)
    }

    var activation: Activation { layer.activation }

    var gradientLayout: GradientSums.Layout {
        GradientSums.Layout(channels: layer.channels, taps: layer.kernel * layer.kernel, lanes: filter.lanes)
    }

    /// One block's whole input, and its output's gradient, each in rows between zero pixels.
    struct Maps {
        /// All rows.
        let geometry: RingGeometry
        let input: UnsafePointer<Float>
        let gradientGeometry: RingGeometry
        let gradient: UnsafePointer<Float>

        fileprivate func shape(_ layer: DepthwiseConvolution) -> blocked_depthwise_gradient {
            blocked_depthwise_gradient(
                kernel: Int32(layer.kernel), stride: Int32(layer.stride), dilation: Int32(layer.dilation),
                pad_top: Int32(geometry.padTop), pad_left: Int32(geometry.padLeft),
                height: Int32(geometry.input.height), width: Int32(geometry.input.width),
                out_height: Int32(geometry.output.height), out_width: Int32(geometry.output.width),
                in_row: geometry.row, gradient_row: gradientGeometry.row)
        }
        fileprivate var firstGradient: UnsafePointer<Float> { gradient + gradientGeometry.offset(ofRow: 0) }
    }

    /// Adds what these output rows of a block give to the weights' gradient.
    func addGradient(_ maps: Maps, block: Int, rows: Range<Int>, to sums: GradientSums) {
        var shape = maps.shape(layer)
        filter.kernels.functions.depthwise_weights_gradient(
            &shape, maps.input, maps.firstGradient, sums.weights + block * sums.layout.block, Int32(rows.lowerBound),
            Int32(rows.upperBound))
    }

    /// The gradient of these input rows of a block, without padding.
    /// - Parameters:
    ///   - zeroRow: a row of `gradientGeometry`.
    ///   - inputGradient: where the first of `rows` goes.
    func inputGradient(
        _ maps: Maps, block: Int, rows: Range<Int>, zeroRow: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>
    ) {
        if let turned {
            turned.run(
                maps.gradient, maps.gradientGeometry, zeroRow: zeroRow, block: block, rows: rows, output: inputGradient)
        } else {
            var shape = maps.shape(layer)
            filter.kernels.functions.depthwise_input_gradient(
                &shape, maps.firstGradient, filter.weights(ofBlock: block), inputGradient, Int32(rows.lowerBound),
                Int32(rows.upperBound))
        }
    }
}
