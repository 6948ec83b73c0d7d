#if canImport(Glibc)
    import Glibc
#endif

/// An inverted residual block in one sweep: the six-fold expanded map never reaches memory, only the part of it that a
/// depthwise layer's rows need. The network's first block has the stem in the place of the expansion.
struct BlockedResidual: Sendable {
    enum Source: Sendable {
        case expand(BlockedDense)
        case stem(BlockedStem)
    }

    let source: Source
    let depthwise: BlockedDepthwise
    let project: BlockedDense
    let hasResidual: Bool

    /// In which order a block's work is done; planned once an input size.
    struct Plan {
        let ring: RingGeometry
        let order: Order
        var output: MapSize { ring.output }
    }

    enum Order: Equatable {
        /// So many output rows of all channels at a time; members take rows. For large maps of few channels.
        case rows(Int)
        /// All rows of so many blocks of channels at a time; members take channels, then pixels. For small maps of many
        /// channels, whose weights are the larger part.
        case channels(Int)
    }

    /// Bytes that are to stay in a core's second-level cache, beside the weights that pass through.
    static let cacheBytes: Int = {
        let secondLevel = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return secondLevel > 0 ? min(1 << 20, secondLevel / 4 * 3) : 1 << 20
    }()
    private static let fewestRows = 4

    /// - Parameter input: size of what the depthwise layer filters.
    func plan(input: MapSize) -> Plan {
        let floats = Self.cacheBytes / MemoryLayout<Float>.stride
        let whole = RingGeometry(depthwise, input: input, outputRows: input.height)
        let filteredRow = whole.output.width * depthwise.lanes
        func bytes(_ rows: Int) -> Int {
            depthwise.blocks
                * (RingGeometry(depthwise, input: input, outputRows: rows).block + rows * filteredRow)
        }
        if bytes(Self.fewestRows) <= floats {
            var rows = Self.fewestRows
            while rows < whole.output.height, bytes(rows + 1) <= floats { rows += 1 }
            return Plan(ring: RingGeometry(depthwise, input: input, outputRows: rows), order: .rows(rows))
        }
        let most = max(4, floats / 2 / (whole.output.count * depthwise.lanes)) / 4 * 4
        return Plan(ring: whole, order: .channels(BlockedChunks.even(depthwise.blocks, most: most)))
    }

    /// Floats that each member needs of its own.
    func scratchFloats(_ plan: Plan) -> Int {
        let ring = plan.ring
        let rest = ring.row + stemFloats(ring)
        switch plan.order {
        case .rows(let rows): return depthwise.blocks * (ring.block + rows * ring.output.width * ring.lanes) + rest
        case .channels: return 2 * ring.block + rest
        }
    }

    /// Floats of each of the two buffers that the members share.
    func sharedFloats(_ plan: Plan) -> Int {
        guard case .channels(let blocks) = plan.order else { return 0 }
        return blocks * plan.output.count * depthwise.lanes
    }

    private func stemFloats(_ ring: RingGeometry) -> Int {
        guard case .stem(let stem) = source else { return 0 }
        return stem.scratchFloats(outputWidth: ring.input.width)
    }

    /// - Parameters:
    ///   - input: the trunk's map, or the picture's planes for the stem.
    ///   - output: of `plan.output`.
    ///   - shared: two buffers of `sharedFloats`.
    func run(
        _ input: BlockedMap, into output: BlockedMap, plan: Plan,
        shared: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), member: LayerMember, barrier: SpinBarrier
    ) {
        switch plan.order {
        case .rows(let rows): runRows(input, into: output, ring: plan.ring, atOnce: rows, member: member)
        case .channels(let blocks):
            let zeroRow = self.zeroRow(plan.ring, member.scratch)
            let buffer = member.scratch + plan.ring.row
            plan.ring.clearMargins(buffer, blocks: 2)
            BlockedChunks(blocks: depthwise.blocks, atOnce: blocks, member: member, barrier: barrier).run(
                shared: shared, into: output, residual: hasResidual ? input : nil, project
            ) { blocks, target in
                produce(
                    input, rows: 0..<plan.ring.input.height, blocks: blocks, ring: plan.ring, into: buffer,
                    scratch: buffer + 2 * plan.ring.block)
                for (index, block) in blocks.enumerated() {
                    depthwise.run(
                        buffer + index * plan.ring.block, plan.ring, zeroRow: zeroRow, block: block,
                        rows: 0..<plan.output.height, output: target + index * output.block)
                }
            }
        }
    }

    private func runRows(
        _ input: BlockedMap, into output: BlockedMap, ring: RingGeometry, atOnce: Int, member: LayerMember
    ) {
        let share = member.share(of: ring.output.height)
        let zeroRow = self.zeroRow(ring, member.scratch)
        let buffer = member.scratch + ring.row
        let filtered = buffer + depthwise.blocks * ring.block
        let filteredBlock = atOnce * ring.output.width * ring.lanes
        ring.clearMargins(buffer, blocks: depthwise.blocks)
        var produced = 0
        for from in stride(from: share.lowerBound, to: share.upperBound, by: atOnce) {
            let rows = from..<min(from + atOnce, share.upperBound)
            let needed = ring.inputRows(of: rows)
            let missing = max(produced, needed.lowerBound)..<max(produced, needed.upperBound)
            produced = missing.upperBound
            for first in stride(from: 0, to: depthwise.blocks, by: 2) {
                let blocks = first..<min(first + 2, depthwise.blocks)
                produce(
                    input, rows: missing, blocks: blocks, ring: ring, into: buffer + first * ring.block,
                    scratch: filtered + depthwise.blocks * filteredBlock)
                for block in blocks {
                    depthwise.run(
                        buffer + block * ring.block, ring, zeroRow: zeroRow, block: block, rows: rows,
                        output: filtered + block * filteredBlock)
                }
            }
            let pixel = from * ring.output.width
            let line = ring.output.width * ring.lanes
            project.run(
                BlockedDense.Part(pointer: filtered, block: filteredBlock, row: line), channels: 0..<depthwise.channels,
                start: hasResidual ? .biasAnd(input.part(pixel: pixel)) : .bias, output: output.at(pixel: pixel),
                outputBlock: output.block, outputRow: output.row, blocks: 0..<project.blocks, rows: rows.count,
                width: ring.output.width)
        }
    }

    /// Rows of the depthwise layer's input, of at most a pair of blocks.
    private func produce(
        _ input: BlockedMap, rows: Range<Int>, blocks: Range<Int>, ring: RingGeometry,
        into buffer: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        switch source {
        case .stem(let stem): stem.run(input, rows: rows, blocks: blocks, ring: ring, into: buffer, scratch: scratch)
        case .expand(let expand):
            for run in ring.runs(rows) {
                expand.run(
                    input.part(pixel: run.lowerBound * input.size.width), channels: 0..<expand.inputChannels,
                    start: .bias, output: buffer + ring.offset(ofRow: run.lowerBound), outputBlock: ring.block,
                    outputRow: ring.row, blocks: blocks, rows: run.count, width: input.size.width)
            }
        }
    }

    private func zeroRow(_ ring: RingGeometry, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        scratch.update(repeating: 0, count: ring.row)
        return UnsafePointer(scratch)
    }
}
