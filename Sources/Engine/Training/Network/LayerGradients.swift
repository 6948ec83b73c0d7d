/// One thread's sums of the gradients of all layers of a trunk.
final class LayerGradients {
    struct Block {
        /// The expansion's, or the stem's.
        let source: GradientSums
        let depthwise: GradientSums
        let project: GradientSums
    }

    let blocks: [Block]
    let head: GradientSums
    private let buffer: FloatBuffer

    init(_ trunk: TrainableTrunk) {
        let layouts = trunk.gradientLayouts
        let buffer = FloatBuffer(count: layouts.reduce(0) { $0 + $1.floats })
        var offset = 0
        var sums = layouts.map { layout in
            defer { offset += layout.floats }
            return GradientSums(layout, at: buffer.pointer + offset)
        }
        self.buffer = buffer
        head = sums.removeLast()
        blocks = stride(from: 0, to: sums.count, by: 3).map {
            Block(source: sums[$0], depthwise: sums[$0 + 1], project: sums[$0 + 2])
        }
    }

    /// In the order of the network's layers.
    var all: [GradientSums] { blocks.flatMap { [$0.source, $0.depthwise, $0.project] } + [head] }

    var floats: Int { buffer.count }

    func clear() { buffer.pointer.update(repeating: 0, count: buffer.count) }
}
