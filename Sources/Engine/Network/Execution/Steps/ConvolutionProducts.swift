/// The weights of a convolution as what sums over taps and channels: one for all of it or, of a convolution in groups, one
/// for each pair of output blocks, over the input blocks that its groups read.
struct ConvolutionProducts: Sendable {
    private struct Product {
        let dense: BlockedDense
        /// The first that it reads.
        let inputBlock: Int
    }

    private let products: [Product]
    private let outputBlocks: Int
    private let lanes: Int

    /// Of output blocks.
    var pairs: Int { (outputBlocks + 1) / 2 }

    init(_ shape: ConvolutionShape, _ folded: LayerWeights, activation: Activation, kernels: BlockedKernels) {
        lanes = kernels.lanes
        outputBlocks = BlockedMap.blocks(shape.outputChannels, lanes: lanes)
        let (inputs, outputs) = (shape.inputChannels / shape.groups, shape.outputChannels / shape.groups)
        let taps = shape.kernel * shape.kernel
        let perProduct = shape.groups == 1 ? shape.outputChannels : 2 * kernels.lanes
        products = stride(from: 0, to: shape.outputChannels, by: perProduct).map { first in
            let made = first..<min(first + perProduct, shape.outputChannels)
            let read = made.lowerBound / outputs * inputs..<((made.upperBound - 1) / outputs + 1) * inputs
            let inputBlock = read.lowerBound / kernels.lanes
            let dense = BlockedDense(
                taps: taps, inputChannels: read.upperBound - inputBlock * kernels.lanes, outputChannels: made.count,
                activation: activation, kernels: kernels)
            folded.weights.withUnsafeBufferPointer { weights in
                dense.pack { output, tap, input in
                    let (output, input) = (first + output, inputBlock * kernels.lanes + input)
                    let group = output / outputs
                    guard input / inputs == group else { return 0 }
                    return weights[(output * inputs + input - group * inputs) * taps + tap]
                }
            }
            dense.packBias(Array(folded.bias[made]))
            return Product(dense: dense, inputBlock: inputBlock)
        }
    }

    /// - Parameters:
    ///   - rows: of the output.
    ///   - pairs: of output blocks.
    func run(
        _ slab: UnsafePointer<Float>, _ geometry: Slab, addend: BlockedMap?, into output: BlockedMap, rows: Range<Int>,
        pairs: Range<Int>
    ) {
        guard !rows.isEmpty, !pairs.isEmpty else { return }
        let pixel = rows.lowerBound * output.size.width
        let blocks = 2 * pairs.lowerBound..<min(2 * pairs.upperBound, outputBlocks)
        geometry.taps.withUnsafeBufferPointer { taps in
            for (index, product) in products.enumerated() {
                // Of the output, and of the product.
                let first = products.count == 1 ? 0 : 2 * index
                let (from, to) = (
                    max(blocks.lowerBound, first), min(blocks.upperBound, first + product.dense.blocks)
                )
                guard from < to else { continue }
                let input = slab + product.inputBlock * geometry.block + rows.lowerBound * geometry.outputRow
                product.dense.run(
                    BlockedDense.Part(pointer: input, block: geometry.block, row: geometry.outputRow), taps: taps,
                    addend: addend?.part(pixel: pixel, block: from),
                    output: output.part(pixel: pixel, block: from),
                    blocks: from - first..<to - first, rows: rows.count,
                    width: output.size.width)
            }
        }
    }
}
