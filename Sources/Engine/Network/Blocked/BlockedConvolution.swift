/// A dense k x k convolution at stride 1 over channel-blocked maps, with "same" padding: what networks of the ResNet kind
/// are made of, and no network of the EfficientNet-Lite family.
struct BlockedConvolution: Sendable {
    let kernel: Int
    let dilation: Int
    let dense: BlockedDense

    /// - Precondition: the layer's stride is 1, and its kernel odd.
    init(_ layer: Convolution, kernels: BlockedKernels) {
        precondition(layer.stride == 1 && layer.kernel % 2 == 1)
        kernel = layer.kernel
        dilation = layer.dilation
        dense = BlockedDense(layer, kernels: kernels)
    }

    /// - Parameters:
    ///   - output: this member writes its channels.
    func run(_ input: PaddedMap, into output: PaddedMap, member: LayerMember) {
        let mine = member.share(of: dense.blocks, granularity: 2)
        guard !mine.isEmpty else { return }
        // The first tap of pixel 0 lies this far up and to the left.
        let reach = (kernel - 1) / 2 * dilation
        precondition(reach <= input.margin)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: kernel * kernel) { taps in
            for tap in taps.indices {
                let (y, x) = (tap / kernel * dilation, tap % kernel * dilation)
                taps.initializeElement(at: tap, to: y * input.row + x * input.lanes)
            }
            let corner = input.inside(block: 0) - reach * (input.row + input.lanes)
            dense.run(
                BlockedDense.Part(pointer: corner, block: input.block, row: input.row), taps: UnsafeBufferPointer(taps),
                output: output.inside(block: mine.lowerBound), outputBlock: output.block,
                outputRow: output.row, blocks: mine, rows: output.size.height, width: output.size.width)
        }
    }
}

/// A channel-blocked map with zero pixels around it: a layer writes inside, and the next reads beyond the edges.
///
/// `@unchecked Sendable`: as `FloatBuffer`.
struct PaddedMap: @unchecked Sendable {
    let size: MapSize
    let margin: Int
    let lanes: Int
    private let buffer: FloatBuffer

    init(channels: Int, size: MapSize, margin: Int, lanes: Int) {
        self.size = size
        self.margin = margin
        self.lanes = lanes
        let padded = MapSize(height: size.height + 2 * margin, width: size.width + 2 * margin)
        buffer = FloatBuffer(count: BlockedMap.floats(channels: channels, size: padded, lanes: lanes))
    }

    /// Floats from one row, and from one block, to the next.
    var row: Int { (size.width + 2 * margin) * lanes }
    var block: Int { (size.height + 2 * margin) * row }

    /// The first pixel of a block.
    func inside(block: Int) -> UnsafeMutablePointer<Float> {
        buffer.pointer + block * self.block + margin * (row + lanes)
    }

    /// Copies planes [channels, height, width] in; this member's channels.
    func fill(from planes: UnsafePointer<Float>, channels: Int, member: LayerMember) {
        for run in runs(channels, member) {
            for x in 0..<size.width {
                for lane in 0..<run.lanes { run.inside[x * lanes + lane] = planes[run.plane + lane * size.count + x] }
            }
        }
    }

    /// Copies planes [channels, height, width] out; this member's channels.
    func copy(to planes: UnsafeMutablePointer<Float>, channels: Int, member: LayerMember) {
        for run in runs(channels, member) {
            for lane in 0..<run.lanes {
                for x in 0..<size.width { planes[run.plane + lane * size.count + x] = run.inside[x * lanes + lane] }
            }
        }
    }

    /// A row of a block: where it lies here, how many of its lanes are channels, and where the first of these has it.
    private typealias Run = (inside: UnsafeMutablePointer<Float>, lanes: Int, plane: Int)

    private func runs(_ channels: Int, _ member: LayerMember) -> [Run] {
        let mine = member.share(of: channels, granularity: 2 * lanes)
        return stride(from: mine.lowerBound, to: mine.upperBound, by: lanes).flatMap { channel in
            (0..<size.height).map { y in
                (
                    inside(block: channel / lanes) + y * row, min(lanes, mine.upperBound - channel),
                    channel * size.count + y * size.width
                )
            }
        }
    }
}
