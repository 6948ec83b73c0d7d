/// What one picture's forward pass leaves for its backward pass, and the buffers that backward needs: planned for one
/// input size, used by one thread. Maps are channel-blocked; logits are planes, as the losses read them.
///
/// `@unchecked Sendable`: each belongs to one member of the trainer's team.
final class Activations: @unchecked Sendable {
    let inputSize: MapSize
    let blocks: [BlockActivations]
    /// [1280, cells] in blocks.
    let features: BlockedMap
    let featureGradient: BlockedMap
    /// [class channels, cells]
    let logits: FloatBuffer
    let logitGradient: FloatBuffer
    /// Of the trunk's maps, as they pass by.
    let trunkGradient: (FloatBuffer, FloatBuffer)
    let scratch: TrainableBlock.Scratch
    private let buffers: [FloatBuffer]

    /// Size of the class maps.
    var gridSize: MapSize { features.size }

    init(_ trunk: TrainableTrunk, classChannels: Int, inputSize: MapSize) {
        self.inputSize = inputSize
        let lanes = trunk.kernels.lanes
        var size = inputSize.strided(by: trunk.stride)
        blocks = trunk.blocks.map { block in
            defer { size = block.depthwise.filter.outputSize(size) }
            return BlockActivations(block, input: size)
        }
        let channels = trunk.head.product.outputChannels
        let features = BlockedMap.allocated(channels: channels, size: size, lanes: lanes)
        let featureGradient = BlockedMap.allocated(channels: channels, size: size, lanes: lanes)
        (self.features, self.featureGradient) = (features.map, featureGradient.map)
        logits = FloatBuffer(count: classChannels * size.count)
        logitGradient = FloatBuffer(count: logits.count)
        let trunkFloats = blocks.map(\.outputFloats).max() ?? 0
        trunkGradient = (FloatBuffer(count: trunkFloats), FloatBuffer(count: trunkFloats))

        var filtered = 0
        var (expanded, stem, row) = (0, 0, 0)
        for (block, maps) in zip(trunk.blocks, blocks) {
            let (plan, width) = (maps.plan, maps.geometry.input.width)
            filtered = max(filtered, plan.blocksAtOnce * maps.gradientGeometry.block)
            expanded = max(expanded, plan.blocksAtOnce * plan.inputRows * width * lanes)
            row = max(row, maps.geometry.row, maps.gradientGeometry.row)
            guard case .stem(let layer) = block.source else { continue }
            stem = max(
                layer.stem.scratchFloats(outputWidth: width), layer.scratchFloats(pixels: plan.inputRows * width))
        }
        buffers =
            [filtered, expanded, stem, row].map(FloatBuffer.init(count:)) + [features.buffer, featureGradient.buffer]
        scratch = TrainableBlock.Scratch(
            filteredGradient: buffers[0].pointer, expandedGradient: buffers[1].pointer, stem: buffers[2].pointer,
            zeroRow: UnsafePointer(buffers[3].pointer))
    }

    /// Bytes held.
    var bytes: Int {
        let floats =
            (buffers + [logits, logitGradient, trunkGradient.0, trunkGradient.1]).reduce(0) { $0 + $1.count }
            + blocks.reduce(0) { $0 + $1.floats }
        return floats * MemoryLayout<Float>.stride
    }
}
