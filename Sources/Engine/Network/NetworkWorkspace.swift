/// All buffers of a forward pass, planned once an input size. Running again at the same size allocates nothing; another
/// size only grows what is too small.
///
/// `@unchecked Sendable`: used by one forward pass at a time; its members write to parts of their own.
final class NetworkWorkspace: @unchecked Sendable {
    private(set) var trunk = (FloatBuffer(count: 0), FloatBuffer(count: 0))
    private(set) var expanded = FloatBuffer(count: 0)
    private(set) var filtered = FloatBuffer(count: 0)
    private(set) var logits = FloatBuffer(count: 0)
    /// Where the members of a pass wait for each other.
    private(set) var barrier = SpinBarrier(members: 1)
    private var scratch: [FloatBuffer] = []
    private var planned: (input: MapSize, members: Int)?
    private var outputSize = MapSize(height: 0, width: 0)
    private var classCount = 0

    func scratch(of member: Int) -> UnsafeMutablePointer<Float> { scratch[member].pointer }

    /// Of the head, in the room of the expanded channels, which nothing reads any more by then.
    var features: FloatBuffer { expanded }

    var output: NetworkOutput {
        NetworkOutput(size: outputSize, featureBuffer: features, logitBuffer: logits, classCount: classCount)
    }

    /// Bytes held now.
    var bytes: Int {
        let buffers = [trunk.0, trunk.1, expanded, filtered, logits] + scratch
        return buffers.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    }

    func prepare(_ network: Network, input: MapSize, members: Int) {
        if let planned, planned == (input, members) { return }
        var size = network.stem.outputSize(input)
        // The stem's output and every second block's, and those between.
        var trunkFloats = [network.stem.outputChannels * size.count, 0]
        var expandedFloats = 0
        var filteredFloats = 0
        var scratchFloats = network.stem.scratchFloats(input)
        for (index, block) in network.blocks.enumerated() {
            if let expand = block.expand { expandedFloats = max(expandedFloats, expand.outputChannels * size.count) }
            scratchFloats = max(scratchFloats, block.depthwise.scratchFloats(size))
            size = block.outputSize(size)
            filteredFloats = max(filteredFloats, block.depthwise.channels * size.count)
            let turn = (index + 1) % 2
            trunkFloats[turn] = max(trunkFloats[turn], block.project.outputChannels * size.count)
        }
        FloatBuffer.grow(&trunk.0, to: trunkFloats[0])
        FloatBuffer.grow(&trunk.1, to: trunkFloats[1])
        FloatBuffer.grow(&expanded, to: max(expandedFloats, network.head.outputChannels * size.count))
        FloatBuffer.grow(&filtered, to: filteredFloats)
        FloatBuffer.grow(&logits, to: network.classCount * size.count)
        while scratch.count < members { scratch.append(FloatBuffer(count: 0)) }
        for index in scratch.indices { FloatBuffer.grow(&scratch[index], to: scratchFloats) }
        if planned?.members != members { barrier = SpinBarrier(members: members) }
        planned = (input, members)
        outputSize = size
        classCount = network.classCount
    }
}
