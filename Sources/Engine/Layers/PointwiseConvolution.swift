import CKernels

/// A 1x1 convolution: output[M, pixels] = activation(weights[M, K] input[K, pixels] + bias (+ residual[M, pixels])).
///
/// NCHW makes it one matrix product a picture. It is done in tiles of columns so that bias, residual and activation
/// are applied while a tile is still in the cache.
struct PointwiseConvolution: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let activation: Activation
    private let weights: FloatBuffer
    private let bias: FloatBuffer

    /// - Precondition: `weights` is [outputChannels, inputChannels], `bias` [outputChannels].
    init(inputChannels: Int, outputChannels: Int, weights: [Float], bias: [Float], activation: Activation) {
        precondition(weights.count == inputChannels * outputChannels && bias.count == outputChannels)
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }

    /// Columns whose output stays in half a megabyte of second-level cache, and enough of them to repay packing.
    private var tile: Int { min(1024, max(192, 65_536 / outputChannels / 16 * 16)) }

    /// - Parameters:
    ///   - input: [inputChannels, pixels]
    ///   - residual: [outputChannels, pixels] or nil
    ///   - output: [outputChannels, pixels]; this thread writes its share of the columns.
    func forward(
        _ input: UnsafePointer<Float>, pixels: Int, residual: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, member: LayerMember
    ) {
        let share = member.share(of: pixels, granularity: 16)
        let kernels = VectorKernels.active.pointee
        let gemm = GEMM.shared
        var from = share.lowerBound
        while from < share.upperBound {
            let columns = min(tile, share.upperBound - from)
            gemm.multiply(
                m: outputChannels, n: columns, k: inputChannels, a: weights.pointer, lda: inputChannels,
                b: input + from, ldb: pixels, c: output + from, ldc: pixels)
            kernels.finish(
                output + from, pixels, Int32(outputChannels), Int32(columns), bias.pointer,
                residual.map { $0 + from }, pixels, activation.low, activation.high)
            from += columns
        }
    }
}
