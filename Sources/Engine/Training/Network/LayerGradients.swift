/// One thread's sums of the gradients of all layers of a network.
final class LayerGradients {
    /// Of each step's layers.
    let steps: [[GradientSums]]
    private let buffer: FloatBuffer

    init(_ steps: [any TrainableStep]) {
        let layouts = steps.map { $0.layers.map(\.layout) }
        let buffer = FloatBuffer(count: layouts.joined().reduce(0) { $0 + ($1.floats + 15) / 16 * 16 })
        var offset = 0
        self.steps = layouts.map { layouts in
            layouts.map { layout in
                defer { offset += (layout.floats + 15) / 16 * 16 }
                return GradientSums(layout, at: buffer.pointer + offset)
            }
        }
        self.buffer = buffer
    }

    var floats: Int { buffer.count }

    func clear() { buffer.pointer.update(repeating: 0, count: buffer.count) }
}
