/// What one picture's forward pass leaves for its backward pass, and the buffers that backward needs: planned for one
/// input size, used by one thread.
///
/// `@unchecked Sendable`: each belongs to one member of the trainer's team.
final class Activations: @unchecked Sendable {
    let inputSize: MapSize
    /// Size after the stem, then after each block.
    let sizes: [MapSize]
    let stem: FloatBuffer
    let blocks: [Block]
    /// [1280, cells]
    let features: FloatBuffer
    /// After dropout: what the class layer reads.
    let droppedFeatures: FloatBuffer
    /// [class channels, cells]
    let logits: FloatBuffer

    struct Block {
        let expanded: FloatBuffer?
        let filtered: FloatBuffer
        let output: FloatBuffer
    }

    /// Gradients as they pass by.
    let logitGradient: FloatBuffer
    let featureGradient: FloatBuffer
    let trunkGradient: (FloatBuffer, FloatBuffer)
    let expandedGradient: FloatBuffer
    let filteredGradient: FloatBuffer
    /// The class layer has no bias; its sum goes here.
    let unusedBias: FloatBuffer
    let scratch: FloatBuffer

    /// Size of the class maps.
    var gridSize: MapSize { sizes[sizes.count - 1] }

    init(_ network: Network, inputSize: MapSize) {
        self.inputSize = inputSize
        var size = network.stem.outputSize(inputSize)
        var sizes = [size]
        var scratchFloats = network.stem.scratchFloats(inputSize)
        stem = FloatBuffer(count: network.stem.outputChannels * size.count)
        var (trunk, expanded, filtered) = (stem.count, 0, 0)
        blocks = network.blocks.map { block in
            let output = block.outputSize(size)
            scratchFloats = max(
                scratchFloats, block.depthwise.scratchFloats(size), block.depthwise.backwardScratchFloats(size))
            let buffers = Block(
                expanded: block.expand.map { FloatBuffer(count: $0.outputChannels * size.count) },
                filtered: FloatBuffer(count: block.depthwise.channels * output.count),
                output: FloatBuffer(count: block.project.outputChannels * output.count))
            trunk = max(trunk, buffers.output.count)
            expanded = max(expanded, buffers.expanded?.count ?? 0)
            filtered = max(filtered, buffers.filtered.count)
            size = output
            sizes.append(size)
            return buffers
        }
        self.sizes = sizes
        features = FloatBuffer(count: network.head.outputChannels * size.count)
        droppedFeatures = FloatBuffer(count: features.count)
        logits = FloatBuffer(count: network.classCount * size.count)
        logitGradient = FloatBuffer(count: logits.count)
        featureGradient = FloatBuffer(count: features.count)
        trunkGradient = (FloatBuffer(count: trunk), FloatBuffer(count: trunk))
        expandedGradient = FloatBuffer(count: expanded)
        filteredGradient = FloatBuffer(count: filtered)
        unusedBias = FloatBuffer(count: network.classCount)
        scratch = FloatBuffer(count: scratchFloats)
    }

    /// Bytes held.
    var bytes: Int {
        var buffers = [stem, features, droppedFeatures, logits, logitGradient, featureGradient]
        buffers += [trunkGradient.0, trunkGradient.1, expandedGradient, filteredGradient, scratch]
        for block in blocks { buffers += [block.filtered, block.output] + (block.expanded.map { [$0] } ?? []) }
        return buffers.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    }
}
