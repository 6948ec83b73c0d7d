import CKernels

/// A convolution's sums over taps and channels, from its input's slab; its weights change.
struct ConvolutionForward: Sendable {
    let channels: ChannelProducts
    private let shape: ConvolutionShape
    private let dense: [BlockedDense]

    init(_ shape: ConvolutionShape, activation: Activation, kernels: BlockedKernels) {
        self.shape = shape
        channels = ChannelProducts(
            made: shape.outputChannels, read: shape.inputChannels, groups: shape.groups, lanes: kernels.lanes)
        dense = channels.products.map { product in
            BlockedDense(
                taps: shape.kernel * shape.kernel, inputChannels: product.readChannels,
                outputChannels: product.made.count, activation: activation, kernels: kernels)
        }
    }

    /// - Parameters:
    ///   - weights: [output, input / groups, k, k]
    ///   - bias: [output]
    func pack(_ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        let (taps, inputs) = (shape.kernel * shape.kernel, shape.inputChannels / shape.groups)
        for (product, dense) in zip(channels.products, dense) {
            let first = product.made.lowerBound
            if shape.groups == 1 {
                dense.pack { output, tap, input in weights[(output * inputs + input) * taps + tap] }
            } else {
                dense.pack { output, tap, input in
                    let output = first + output
                    guard let place = channels.place(of: input, in: product, forMade: output) else { return 0 }
                    return weights[(output * inputs + place) * taps + tap]
                }
            }
            dense.packBias(Array(UnsafeBufferPointer(start: bias + first, count: product.made.count)))
        }
    }

    func run(_ slab: UnsafePointer<Float>, _ geometry: Slab, addend: BlockedMap?, into output: BlockedMap) {
        geometry.taps.withUnsafeBufferPointer { taps in
            for (product, dense) in zip(channels.products, dense) {
                let block = product.made.lowerBound / channels.lanes
                dense.run(
                    BlockedDense.Part(
                        pointer: slab + product.readBlock * geometry.block, block: geometry.block,
                        row: geometry.outputRow),
                    taps: taps, addend: addend?.part(block: block), output: output.part(block: block),
                    blocks: 0..<dense.blocks, rows: output.size.height, width: output.size.width)
            }
        }
    }

    // MARK: - Gradient of the weights

    var gradientLayout: GradientSums.Layout {
        let (taps, inputs) = (shape.kernel * shape.kernel, shape.inputChannels / shape.groups)
        guard shape.groups > 1 else {
            return GradientSums.Layout(
                outputs: shape.outputChannels, inputs: inputs, taps: taps, lanes: channels.lanes)
        }
        let stored = channels.products.map(channels.readBlocks).max() ?? 0
        let firstInputs = channels.products.flatMap { product in
            product.made.map { output in
                output / (shape.outputChannels / shape.groups) * inputs - product.readBlock * channels.lanes
            }
        }
        return GradientSums.Layout(
            outputs: shape.outputChannels, inputs: inputs, taps: taps, lanes: channels.lanes,
            stored: stored * channels.lanes, firstInputs: firstInputs)
    }

    /// Adds the gradient of the weights.
    /// - Parameters:
    ///   - slab: of the forward pass.
    ///   - gradient: of the output, before the activation.
    func addGradient(
        _ slab: UnsafePointer<Float>, _ geometry: Slab, gradient: BlockedMap, to sums: GradientSums,
        kernels: BlockedKernels
    ) {
        let (width, lanes, taps) = (gradient.size.width, channels.lanes, geometry.taps)
        let rowsAtOnce = max(1, TrainableDense.pixelsAtOnce / width)
        for product in channels.products {
            let blocks = channels.blocks(product)
            let input = slab + product.readBlock * geometry.block
            let weights = sums.weights + blocks.lowerBound * sums.layout.block
            for row in stride(from: 0, to: gradient.size.height, by: rowsAtOnce) {
                for (index, tap) in taps.enumerated() {
                    var part = blocked_dense_gradient(
                        in: input + row * geometry.outputRow + tap, in_block: geometry.block,
                        in_row: geometry.outputRow, channels: Int32(product.readChannels),
                        gradient: gradient.at(pixel: row * width, block: blocks.lowerBound),
                        gradient_block: gradient.block, gradient_row: gradient.row, blocks: Int32(blocks.count),
                        rows: Int32(min(rowsAtOnce, gradient.size.height - row)), width: Int32(width),
                        weights: weights + index * sums.layout.storedInputs * lanes,
                        weights_block: sums.layout.block)
                    kernels.functions.dense_gradient(&part)
                }
            }
        }
    }
}
