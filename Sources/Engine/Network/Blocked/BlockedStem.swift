/// The network's first convolution, from a picture's planes [3, height, width] to rows of a blocked map.
struct BlockedStem: Sendable {
    private let dense: BlockedDense
    private let planes: Int
    private let kernel: Int
    private let stride: Int

    /// - Precondition: the stride is 2, the one for which there is a kernel.
    init(_ layer: Convolution, kernels: BlockedKernels) {
        precondition(layer.stride == 2)
        dense = BlockedDense(ofPlanes: layer, kernels: kernels)
        planes = layer.inputChannels
        kernel = layer.kernel
        stride = layer.stride
    }

    /// Takes over the layer's weights and bias as they are now.
    func pack(_ layer: Convolution) { dense.pack(planes: layer) }

    /// For each output pixel.
    var multiplyAdds: Int { planes * kernel * kernel * dense.outputChannels }

    private func pitch(_ outputWidth: Int) -> Int { (outputWidth - 1) * stride + kernel }

    func scratchFloats(outputWidth: Int) -> Int { planes * kernel * pitch(outputWidth) }

    /// Output rows into a ring.
    /// - Parameters:
    ///   - input: the planes; `input.size` is the picture's.
    ///   - blocks: beginning at an even one; `buffer` is the first's.
    func run(
        _ input: BlockedMap, rows: Range<Int>, blocks: Range<Int>, ring: RingGeometry,
        into buffer: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (height, width) = (input.size.height, input.size.width)
        let top = SamePadding(input: height, kernel: kernel, stride: stride, dilation: 1).leading
        let left = SamePadding(input: width, kernel: kernel, stride: stride, dilation: 1).leading
        let pitch = pitch(ring.input.width)
        let count = min(width, pitch - left)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: planes * kernel) { taps in
            for tap in taps.indices { taps.initializeElement(at: tap, to: tap * pitch) }
            scratch.update(repeating: 0, count: taps.count * pitch)
            for row in rows {
                for tap in taps.indices {
                    let (plane, y) = (tap / kernel, row * stride + tap % kernel - top)
                    let target = scratch + tap * pitch + left
                    if (0..<height).contains(y) {
                        target.update(from: input.pointer + (plane * height + y) * width, count: count)
                    } else {
                        target.update(repeating: 0, count: count)
                    }
                }
                dense.runRow(
                    ofPlanes: scratch, taps: UnsafeBufferPointer(taps), stride: stride,
                    output: buffer + ring.offset(ofRow: row), outputBlock: ring.block, blocks: blocks,
                    width: ring.input.width)
            }
        }
    }
}
