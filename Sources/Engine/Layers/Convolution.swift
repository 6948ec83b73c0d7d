import CKernels

/// A dense k x k convolution with "same" padding: input patches are unrolled into columns, then one matrix product.
struct Convolution: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let activation: Activation
    /// [outputChannels, inputChannels, kernel, kernel]; refilled by a trainer between two runs.
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Precondition: `weights` is [outputChannels, inputChannels, kernel, kernel], `bias` [outputChannels].
    init(
        inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int, dilation: Int = 1, weights: [Float],
        bias: [Float], activation: Activation
    ) {
        precondition(weights.count == outputChannels * inputChannels * kernel * kernel && bias.count == outputChannels)
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.activation = activation
        self.weights = FloatBuffer(weights)
        self.bias = FloatBuffer(bias)
    }

    func outputSize(_ input: MapSize) -> MapSize { input.strided(by: stride) }

    private var patch: Int { inputChannels * kernel * kernel }

    /// Output rows unrolled at a time: about a thousand columns.
    private func rowsAtOnce(_ output: MapSize) -> Int { max(1, min(output.height, 1024 / max(1, output.width))) }

    func scratchFloats(_ input: MapSize) -> Int {
        let output = outputSize(input)
        return patch * rowsAtOnce(output) * output.width
    }

    /// - Parameters:
    ///   - input: [inputChannels, size.height, size.width]
    ///   - output: [outputChannels, outputSize(size)]; this thread writes its share of the rows.
    func forward(
        _ input: UnsafePointer<Float>, size: MapSize, into output: UnsafeMutablePointer<Float>, member: LayerMember
    ) {
        let outputSize = outputSize(size)
        let share = member.share(of: outputSize.height)
        let step = rowsAtOnce(outputSize)
        let kernels = VectorKernels.active.pointee
        var row = share.lowerBound
        while row < share.upperBound {
            let rows = min(step, share.upperBound - row)
            let columns = rows * outputSize.width
            unroll(input, size: size, output: outputSize, rows: row..<row + rows, into: member.scratch)
            let target = output + row * outputSize.width
            GEMM.shared.multiply(
                m: outputChannels, n: columns, k: patch, a: weights.pointer, lda: patch, b: member.scratch,
                ldb: columns, c: target, ldc: outputSize.count)
            kernels.finish(
                target, outputSize.count, Int32(outputChannels), Int32(columns), bias.pointer, nil, 0, activation.low,
                activation.high)
            row += rows
        }
    }

    /// columns[channel, ky, kx][output pixel] = the input pixel that this tap reads there, zero outside the picture.
    private func unroll(
        _ input: UnsafePointer<Float>, size: MapSize, output: MapSize, rows: Range<Int>,
        into columns: UnsafeMutablePointer<Float>
    ) {
        var target = columns
        forEachTap(rows: rows, output: output, size: size) { inside, start in
            if let start {
                let source = input + start
                for x in 0..<inside.lowerBound { target[x] = 0 }
                for x in inside { target[x] = source[x * stride] }
                for x in inside.upperBound..<output.width { target[x] = 0 }
            } else {
                target.update(repeating: 0, count: output.width)
            }
            target += output.width
        }
    }

    /// Calls `body` for each channel, tap and output row, in the order of the columns.
    /// - Parameter body: gets the output columns x whose tap lies inside the picture, and the offset `start` in the
    ///   input at which it reads: `start + x * stride`; nil where the whole row lies outside.
    @inline(__always)
    func forEachTap(rows: Range<Int>, output: MapSize, size: MapSize, _ body: (Range<Int>, Int?) -> Void) {
        let top = SamePadding(input: size.height, kernel: kernel, stride: stride, dilation: dilation).leading
        let left = SamePadding(input: size.width, kernel: kernel, stride: stride, dilation: dilation).leading
        for channel in 0..<inputChannels {
            for ky in Swift.stride(from: 0, to: kernel * dilation, by: dilation) {
                for kx in Swift.stride(from: 0, to: kernel * dilation, by: dilation) {
                    // 0 <= x * stride + kx - left < width.
                    let first = min(output.width, max(0, (left - kx + stride - 1) / stride))
                    let reach = size.width - 1 + left - kx
                    let last = reach < 0 ? first : min(output.width, max(first, reach / stride + 1))
                    for row in rows {
                        let y = row * stride + ky - top
                        let isInside = (0..<size.height).contains(y)
                        body(first..<last, isInside ? channel * size.count + y * size.width + kx - left : nil)
                    }
                }
            }
        }
    }
}
