import CKernels

/// A 1x1 convolution: output[M, pixels] = activation(weights[M, K] input[K, pixels] + bias (+ residual[M, pixels])).
///
/// NCHW makes it one matrix product a picture. It is done in tiles of columns so that bias, residual and activation
/// are applied while a tile is still in the cache.
struct PointwiseConvolution: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let activation: Activation
    /// [outputChannels, inputChannels]; refilled by a trainer between two runs.
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Precondition: `weights` is [outputChannels, inputChannels], `bias` [outputChannels].
    init(inputChannels: Int, outputChannels: Int, weights: [Float], bias: [Float], activation: Activation) {
        precondition(weights.count == inputChannels * outputChannels && bias.count == outputChannels)
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }

    /// How the members of a team divide the work.
    enum Split {
        /// Each computes some output channels of every pixel, those that `LayerMember.channels` gives it: a depthwise
        /// convolution that follows then reads what the same member wrote.
        case channels
        /// Along the longer side of the output, so that the smaller factor is the one that every member packs.
        case longerSide
    }

    /// - Parameters:
    ///   - input: [inputChannels, pixels]
    ///   - residual: [outputChannels, pixels] or nil
    ///   - output: [outputChannels, pixels]; this member writes its part.
    func forward(
        _ input: UnsafePointer<Float>, pixels: Int, residual: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, split: Split, member: LayerMember
    ) {
        if split == .channels || outputChannels > pixels {
            multiply(
                input, pixels: pixels, residual: residual, into: output, rows: member.channels(of: outputChannels),
                columns: 0..<pixels)
        } else {
            multiply(
                input, pixels: pixels, residual: residual, into: output, rows: 0..<outputChannels,
                columns: member.share(of: pixels, granularity: 16))
        }
    }

    private func multiply(
        _ input: UnsafePointer<Float>, pixels: Int, residual: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, rows: Range<Int>, columns: Range<Int>
    ) {
        guard !rows.isEmpty else { return }
        let tile = PointwiseConvolution.tile(rows: rows.count)
        let kernels = VectorKernels.active.pointee
        for from in stride(from: columns.lowerBound, to: columns.upperBound, by: tile) {
            let width = min(tile, columns.upperBound - from)
            let corner = rows.lowerBound * pixels + from
            GEMM.shared.multiply(
                m: rows.count, n: width, k: inputChannels, a: weights.pointer + rows.lowerBound * inputChannels,
                lda: inputChannels, b: input + from, ldb: pixels, c: output + corner, ldc: pixels)
            kernels.finish(
                output + corner, pixels, Int32(rows.count), Int32(width), bias.pointer + rows.lowerBound,
                residual.map { $0 + corner }, pixels, activation.low, activation.high)
        }
    }

    /// Columns at a time, narrow enough for `rows` of them to stay in a quarter of a megabyte of second-level cache and
    /// wide enough to repay packing.
    private static func tile(rows: Int) -> Int { min(1024, max(192, 65_536 / rows / 16 * 16)) }
}
