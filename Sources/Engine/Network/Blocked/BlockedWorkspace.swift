/// All buffers of a pass of `BlockedNetwork`, planned once an input size. Running again at the same size allocates
/// nothing; another size only grows what is too small.
///
/// `@unchecked Sendable`: used by one pass at a time; its members write to parts of their own.
final class BlockedWorkspace: @unchecked Sendable {
    private(set) var trunk = (FloatBuffer(count: 0), FloatBuffer(count: 0))
    private(set) var shared = (FloatBuffer(count: 0), FloatBuffer(count: 0))
    private(set) var logits = FloatBuffer(count: 0)
    private(set) var plans: [BlockedResidual.Plan] = []
    /// Blocks of the head's channels at a time.
    private(set) var headBlocks = 0
    private(set) var outputSize = MapSize(height: 0, width: 0)
    /// Where the members of a pass wait for each other.
    private(set) var barrier = SpinBarrier(members: 1)
    private var scratch: [FloatBuffer] = []
    private var planned: (input: MapSize, members: Int)?

    /// Of a chunk of the head's channels.
    private static let headBytes = 1 << 19

    func scratch(of member: Int) -> UnsafeMutablePointer<Float> { scratch[member].pointer }

    /// Bytes held now.
    var bytes: Int {
        ([trunk.0, trunk.1, shared.0, shared.1, logits] + scratch).reduce(0) { $0 + $1.count }
            * MemoryLayout<Float>.stride
    }

    func prepare(_ network: BlockedNetwork, input: MapSize, members: Int) {
        if let planned, planned == (input, members) { return }
        let lanes = network.kernels.lanes
        var size = input.strided(by: network.stride)
        var trunkFloats = [0, 0]
        var scratchFloats = 0
        var sharedFloats = 0
        plans = network.blocks.enumerated().map { index, block in
            let plan = block.plan(input: size)
            scratchFloats = max(scratchFloats, block.scratchFloats(plan))
            sharedFloats = max(sharedFloats, block.sharedFloats(plan))
            size = plan.output
            trunkFloats[index % 2] = max(
                trunkFloats[index % 2],
                BlockedMap.floats(channels: block.project.outputChannels, size: size, lanes: lanes))
            return plan
        }
        let scores = BlockedMap.floats(channels: network.classCount, size: size, lanes: lanes)
        trunkFloats[network.blocks.count % 2] = max(trunkFloats[network.blocks.count % 2], scores)
        let block = size.count * lanes
        headBlocks = BlockedChunks.even(
            network.head.blocks, most: max(4, Self.headBytes / MemoryLayout<Float>.stride / block))
        FloatBuffer.grow(&trunk.0, to: trunkFloats[0])
        FloatBuffer.grow(&trunk.1, to: trunkFloats[1])
        sharedFloats = max(sharedFloats, headBlocks * block)
        FloatBuffer.grow(&shared.0, to: sharedFloats)
        FloatBuffer.grow(&shared.1, to: sharedFloats)
        FloatBuffer.grow(&logits, to: network.classCount * size.count)
        while scratch.count < members { scratch.append(FloatBuffer(count: 0)) }
        for index in scratch.indices { FloatBuffer.grow(&scratch[index], to: scratchFloats) }
        if planned?.members != members { barrier = SpinBarrier(members: members) }
        planned = (input, members)
        outputSize = size
    }
}
