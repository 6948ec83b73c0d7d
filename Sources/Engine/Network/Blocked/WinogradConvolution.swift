import CKernels

/// A dense 3x3 convolution at stride 1 over channel-blocked maps, with "same" padding, by Winograd's F(2x2, 3x3): 16
/// products for four outputs instead of 36. Lavin and Gray, 2015, arXiv:1509.09308, section 4.1.
///
/// What networks of the ResNet kind are made of, and no network of the EfficientNet-Lite family. Every output is the same
/// to the last bit however the work is cut; it differs from the sum of nine taps by rounding.
struct WinogradConvolution: Sendable {
    let dilation: Int
    private let kernels: BlockedKernels
    /// A matrix [outputs, inputs] for each place of the transformed 4x4 tile.
    private let products: [BlockedDense]
    private let activation: Activation
    /// [blocks, lanes]
    private let bias: FloatBuffer

    private var inputBlocks: Int { BlockedMap.blocks(products[0].inputChannels, lanes: kernels.lanes) }
    private var outputBlocks: Int { products[0].blocks }

    /// - Precondition: the layer is 3x3 at stride 1.
    init(_ layer: Convolution, kernels: BlockedKernels) {
        precondition(layer.kernel == 3 && layer.stride == 1)
        self.init(
            inputChannels: layer.inputChannels, outputChannels: layer.outputChannels, dilation: layer.dilation,
            weights: layer.weights.pointer, bias: layer.bias.pointer, activation: layer.activation, kernels: kernels)
    }

    /// - Parameters:
    ///   - weights: [outputChannels, inputChannels, 3, 3]
    ///   - bias: [outputChannels]
    init(
        inputChannels: Int, outputChannels: Int, dilation: Int, weights: UnsafePointer<Float>,
        bias shift: UnsafePointer<Float>, activation: Activation, kernels: BlockedKernels
    ) {
        self.dilation = dilation
        self.activation = activation
        self.kernels = kernels
        bias = FloatBuffer(count: BlockedMap.blocks(outputChannels, lanes: kernels.lanes) * kernels.lanes)
        bias.pointer.update(from: shift, count: outputChannels)
        products = (0..<WinogradTiling.places).map { place in
            let product = BlockedDense(inputChannels: inputChannels, outputChannels: outputChannels, kernels: kernels)
            product.pack { output, _, input in
                Self.transformed(weights + (output * inputChannels + input) * 9, row: place / 4, column: place % 4)
            }
            return product
        }
    }

    /// One place of G g G^T, g being a filter [3, 3].
    private static func transformed(_ filter: UnsafePointer<Float>, row: Int, column: Int) -> Float {
        let (down, across) = (factors(row), factors(column))
        var sum = 0.0
        for y in 0..<3 {
            for x in 0..<3 { sum += down[y] * Double(filter[3 * y + x]) * across[x] }
        }
        return Float(sum)
    }

    /// A row of G. No array: this runs for each weight sixteen times.
    private static func factors(_ row: Int) -> SIMD4<Double> {
        switch row {
        case 0: [1, 0, 0, 0]
        case 1: [0.5, 0.5, 0.5, 0]
        case 2: [0.5, -0.5, 0.5, 0]
        default: [0, 0, 1, 0]
        }
    }

    func tiling(_ size: MapSize) -> WinogradTiling {
        WinogradTiling(size: size, dilation: dilation, channels: products[0].inputChannels, lanes: kernels.lanes)
    }

    /// Floats of the buffers that the members share: the transformed tiles, and the products summed over channels.
    func bufferFloats(_ tiling: WinogradTiling) -> (tiles: Int, sums: Int) {
        (inputBlocks * tiling.block, outputBlocks * tiling.block)
    }

    /// - Parameters:
    ///   - input, output: of the tiling's size; outside of the input is zero.
    ///   - addend: of the output's size and channels, added before the activation; may be the output itself.
    ///   - tiles, sums: of `bufferFloats`.
    ///   - barrier: of all members; when this returns all have written their share.
    func run(
        _ input: BlockedMap, adding addend: BlockedMap? = nil, into output: BlockedMap, tiling: WinogradTiling,
        tiles: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>, member: LayerMember, barrier: SpinBarrier
    ) {
        let read = member.share(of: inputBlocks)
        let written = member.share(of: outputBlocks, granularity: 2)
        for rows in tiling.chunks {
            eachRow(rows, of: read, tiling) { row, block, place in
                kernels.functions.winograd_input(row, input.at(pixel: 0, block: block), tiles + place)
            }
            barrier.wait()
            if !written.isEmpty { multiply(tiles, into: sums, tiles: rows.count * tiling.across, tiling, written) }
            eachRow(rows, of: written, tiling) { row, block, place in
                kernels.functions.winograd_output(
                    row, sums + place, bias.pointer + block * output.lanes, addend?.at(pixel: 0, block: block),
                    activation.low, activation.high, output.at(pixel: 0, block: block))
            }
            barrier.wait()
        }
    }

    /// - Parameter body: gets the row of tiles, the block, and where both have their first place in a buffer.
    private func eachRow(
        _ rows: [winograd_row], of blocks: Range<Int>, _ tiling: WinogradTiling,
        _ body: (UnsafePointer<winograd_row>, Int, Int) -> Void
    ) {
        for block in blocks {
            for (index, row) in rows.enumerated() {
                withUnsafePointer(to: row) { body($0, block, block * tiling.block + index * tiling.line) }
            }
        }
    }

    /// Place by place, so that one place's tiles stay in a near cache while its weights pass.
    private func multiply(
        _ tiles: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>, tiles count: Int,
        _ tiling: WinogradTiling, _ blocks: Range<Int>
    ) {
        for (place, product) in products.enumerated() {
            product.run(
                BlockedDense.Part(pointer: tiles + place * tiling.plane, block: tiling.block, row: 0),
                channels: 0..<product.inputChannels, start: .bias,
                output: sums + blocks.lowerBound * tiling.block + place * tiling.plane, outputBlock: tiling.block,
                outputRow: 0, blocks: blocks, rows: 1, width: count)
        }
    }
}
