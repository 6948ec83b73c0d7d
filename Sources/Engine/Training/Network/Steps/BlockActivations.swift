/// What one block's forward pass leaves for its backward pass beside its output, over channel-blocked maps.
struct BlockActivations {
    /// All rows of the depthwise layer's input, each between zero pixels.
    let geometry: RingGeometry
    let gradientGeometry: RingGeometry
    let plan: Plan
    /// After the expansion, or the stem: [blocks, geometry.rows, geometry.paddedWidth, lanes].
    let expanded: FloatBuffer
    /// After the depthwise layer.
    let filtered: BlockedMap
    private let filteredBuffer: FloatBuffer

    init(_ block: TrainableBlock, input: MapSize) {
        let filter = block.depthwise.filter
        geometry = RingGeometry(filter, input: input, outputRows: input.height)
        gradientGeometry = RingGeometry(gradientOf: geometry)
        plan = Plan(geometry, blocks: filter.blocks)
        expanded = FloatBuffer(count: filter.blocks * geometry.block)
        (filtered, filteredBuffer) = BlockedMap.allocated(
            channels: filter.channels, size: geometry.output, lanes: filter.lanes)
    }

    var buffers: [FloatBuffer] { [expanded, filteredBuffer] }

    /// In which parts the hidden maps are worked on, so that a part stays in the second-level cache between the layers.
    struct Plan {
        let outputRows: Int
        let inputRows: Int
        let blocksAtOnce: Int

        /// Rows decide what is added up together, hence depend on the map alone and not on the processor.
        init(_ geometry: RingGeometry, blocks: Int) {
            if geometry.input.count > Plan.smallMap {
                inputRows = max(1, Plan.pixelsAtOnce / geometry.input.width)
                outputRows = max(1, Plan.pixelsAtOnce / geometry.output.width)
                blocksAtOnce = blocks
            } else {
                (inputRows, outputRows) = (geometry.input.height, geometry.output.height)
                let floats = BlockedResidual.cacheBytes / MemoryLayout<Float>.stride
                // Four maps: before and after the filter, and their gradients.
                let most = max(2, floats / 4 / (geometry.input.count * geometry.lanes) / 2 * 2)
                blocksAtOnce = BlockedChunks.even(blocks, most: most)
            }
        }

        private static let smallMap = 2048
        private static let pixelsAtOnce = 512

        func chunks(of blocks: Int) -> [Range<Int>] {
            stride(from: 0, to: blocks, by: blocksAtOnce).map { $0..<min($0 + blocksAtOnce, blocks) }
        }
    }
}
