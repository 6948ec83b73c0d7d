import CKernels

/// A 1x1 convolution over channel-blocked maps, forward and back.
struct TrainableDense: Sendable {
    let product: BlockedDense
    /// From the output's gradient to the input's.
    let transposed: BlockedDense
    let layer: PointwiseConvolution

    init(_ layer: PointwiseConvolution, kernels: BlockedKernels = .active) {
        self.layer = layer
        product = BlockedDense(layer, kernels: kernels)
        transposed = BlockedDense(
            inputChannels: layer.outputChannels, outputChannels: layer.inputChannels, kernels: kernels)
        pack()
    }

    /// Takes over the layer's weights as they are now.
    func pack() {
        product.pack(layer)
        let (weights, inputs) = (layer.weights.pointer, layer.inputChannels)
        transposed.pack { input, _, output in weights[output * inputs + input] }
    }

    var activation: Activation { layer.activation }

    var gradientLayout: GradientSums.Layout {
        GradientSums.Layout(outputs: layer.outputChannels, inputs: layer.inputChannels, lanes: product.lanes)
    }

    /// Pixels whose products are added up before they join the gradient: as many as fit the first-level cache with a
    /// group of blocks, and the same for every processor, for the sums depend on it.
    static let pixelsAtOnce = 192

    /// Adds the gradient of the weights from `inputs` to `outputs`.
    /// - Parameters:
    ///   - input: of its block `inputs.lowerBound`.
    ///   - gradient: of the output, of its block `outputs.lowerBound`.
    static func addGradient(
        input: BlockedDense.Part, inputs: Range<Int>, gradient: BlockedDense.Part, outputs: Range<Int>, rows: Int,
        width: Int, to sums: GradientSums, kernels: BlockedKernels
    ) {
        let lanes = kernels.lanes
        let channels = min(inputs.upperBound * lanes, sums.layout.columns) - inputs.lowerBound * lanes
        let rowsAtOnce = max(1, pixelsAtOnce / width)
        for row in stride(from: 0, to: rows, by: rowsAtOnce) {
            var part = blocked_dense_gradient(
                in: input.pointer + row * input.row, in_block: input.block, in_row: input.row,
                channels: Int32(channels),
                gradient: gradient.pointer + row * gradient.row, gradient_block: gradient.block,
                gradient_row: gradient.row, blocks: Int32(outputs.count), rows: Int32(min(rowsAtOnce, rows - row)),
                width: Int32(width),
                weights: sums.weights + outputs.lowerBound * sums.layout.block + inputs.lowerBound * lanes * lanes,
                weights_block: sums.layout.block)
            kernels.functions.dense_gradient(&part)
        }
    }
}

extension Activation {
    /// Turns the gradient of what a layer gave, in place, into that of its sum, and adds up that of its bias.
    /// - Parameters:
    ///   - output: what the layer gave, of its first of `blocks`; not read where nothing is cut off.
    ///   - gradient: of the same blocks.
    func gate(
        _ output: BlockedDense.Part, gradient: UnsafeMutablePointer<Float>, gradientBlock: Int, gradientRow: Int,
        blocks: Range<Int>, rows: Int, width: Int, sums: GradientSums, kernels: BlockedKernels
    ) {
        var gate = blocked_gate(
            out: self == .identity ? nil : output.pointer, out_block: output.block, out_row: output.row,
            gradient: gradient, gradient_block: gradientBlock, gradient_row: gradientRow, blocks: Int32(blocks.count),
            rows: Int32(rows), width: Int32(width), low: low, high: high,
            bias_gradient: sums.bias + blocks.lowerBound * kernels.lanes)
        kernels.functions.gate(&gate)
    }
}
