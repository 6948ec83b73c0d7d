import CKernels

/// A depthwise k x k convolution over channel-blocked maps.
struct BlockedDepthwise: Sendable {
    let channels: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let kernels: BlockedKernels
    var lanes: Int { kernels.lanes }
    private let activation: Activation
    /// [blocks, kernel, kernel, lanes]
    private let weights: FloatBuffer
    /// [blocks, lanes]
    private let bias: FloatBuffer

    var blocks: Int { BlockedMap.blocks(channels, lanes: lanes) }

    init(_ layer: DepthwiseConvolution, kernels: BlockedKernels) {
        channels = layer.channels
        kernel = layer.kernel
        stride = layer.stride
        dilation = layer.dilation
        activation = layer.activation
        self.kernels = kernels
        let lanes = kernels.lanes
        let blocks = BlockedMap.blocks(channels, lanes: lanes)
        let taps = kernel * kernel
        weights = FloatBuffer(count: blocks * taps * lanes)
        bias = FloatBuffer(count: blocks * lanes)
        bias.pointer.update(from: layer.bias.pointer, count: channels)
        for channel in 0..<channels {
            for tap in 0..<taps {
                weights.pointer[(channel / lanes * taps + tap) * lanes + channel % lanes] =
                    layer.weights.pointer[channel * taps + tap]
            }
        }
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
            &shape, ring, weights.pointer + block * kernel * kernel * lanes, bias.pointer + block * lanes, output,
            Int32(rows.lowerBound), Int32(rows.upperBound))
    }
}

/// Where a depthwise layer's input rows lie: row y at y modulo `rows`, each behind and before zero pixels, so that no
/// tap asks where the picture ends.
struct RingGeometry {
    let input: MapSize
    let output: MapSize
    let padTop: Int
    let padLeft: Int
    /// Pixels a row, padding included.
    let paddedWidth: Int
    let rows: Int
    let lanes: Int
    private let layer: (kernel: Int, stride: Int, dilation: Int)

    /// - Parameter outputRows: filtered at a time.
    init(_ layer: BlockedDepthwise, input: MapSize, outputRows: Int) {
        let vertical = SamePadding(
            input: input.height, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation)
        let horizontal = SamePadding(
            input: input.width, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation)
        let reach = (layer.kernel - 1) * layer.dilation + 1
        self.input = input
        output = MapSize(height: vertical.output, width: horizontal.output)
        padTop = vertical.leading
        padLeft = horizontal.leading
        paddedWidth = max(padLeft + input.width, (output.width - 1) * layer.stride + reach)
        rows = min(input.height, (outputRows - 1) * layer.stride + reach)
        lanes = layer.lanes
        self.layer = (layer.kernel, layer.stride, layer.dilation)
    }

    /// Floats from one row, and from one block, to the next.
    var row: Int { paddedWidth * lanes }
    var block: Int { rows * row }

    /// Input rows that these output rows read.
    func inputRows(of rows: Range<Int>) -> Range<Int> {
        let from = max(0, rows.lowerBound * layer.stride - padTop)
        let reach = (layer.kernel - 1) * layer.dilation + 1
        return from..<max(from, min(input.height, (rows.upperBound - 1) * layer.stride - padTop + reach))
    }

    /// Where row `y` lies, from its first pixel of the picture on.
    func offset(ofRow y: Int) -> Int { (y % rows) * row + padLeft * lanes }

    /// `rows` in runs that do not wrap.
    func runs(_ rows: Range<Int>) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var from = rows.lowerBound
        while from < rows.upperBound {
            let to = min(rows.upperBound, from + self.rows - from % self.rows)
            runs.append(from..<to)
            from = to
        }
        return runs
    }

    /// Zeroes the pixels beside the picture, in every row.
    func clearMargins(_ ring: UnsafeMutablePointer<Float>, blocks: Int) {
        let right = padLeft + input.width
        for line in 0..<blocks * rows {
            let start = ring + line * row
            start.update(repeating: 0, count: padLeft * lanes)
            (start + right * lanes).update(repeating: 0, count: (paddedWidth - right) * lanes)
        }
    }
}
