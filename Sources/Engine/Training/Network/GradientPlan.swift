/// Which gradients of values share memory in a backward pass. The gradient of a value begins with the last step that reads
/// the value, and is used up by the step that made it.
struct GradientPlan {
    /// Of a step; nil where nothing flows back to its output.
    let steps: [Step?]
    /// Where the pass begins.
    let seed: Int
    /// Floats of each buffer.
    let floats: [Int]

    struct Step {
        /// Buffer of the output's gradient.
        let output: Int
        /// Of each input; nil of the image.
        let inputs: [Input?]
    }

    struct Input {
        let buffer: Int
        /// Whether other readers of the value have left theirs in the buffer.
        let adds: Bool
    }

    /// - Parameters:
    ///   - steps: inputs, the positions of those that the output's gradient is passed on to, and the output.
    ///   - start: the value whose gradient the caller writes.
    ///   - floats: of a value.
    init(
        _ steps: [(inputs: [NetworkGraph.Value], passedOn: [Int], output: NetworkGraph.Value)],
        from start: NetworkGraph.Value, floats: (NetworkGraph.Value) -> Int
    ) {
        var pool = Pool()
        var buffers: [NetworkGraph.Value: Int] = [start: pool.take(floats(start))]
        seed = buffers[start] ?? 0
        var made: [Step?] = []
        for step in steps.reversed() {
            guard let output = buffers.removeValue(forKey: step.output) else {
                made.append(nil)
                continue
            }
            var isHandedOver = false
            var inputs = [Input?](repeating: nil, count: step.inputs.count)
            // What the step writes comes before what is passed on.
            let order = step.inputs.indices.filter { !step.passedOn.contains($0) } + step.passedOn
            for position in order where step.inputs[position] != .image {
                let value = step.inputs[position]
                if let begun = buffers[value] {
                    inputs[position] = Input(buffer: begun, adds: true)
                } else if step.passedOn.contains(position), !isHandedOver, floats(value) == floats(step.output) {
                    buffers[value] = output
                    inputs[position] = Input(buffer: output, adds: false)
                    isHandedOver = true
                } else {
                    let buffer = pool.take(floats(value))
                    buffers[value] = buffer
                    inputs[position] = Input(buffer: buffer, adds: false)
                }
            }
            made.append(Step(output: output, inputs: inputs))
            if !isHandedOver { pool.free.append(output) }
        }
        self.steps = made.reversed()
        self.floats = pool.floats
    }

    private struct Pool {
        var floats: [Int] = []
        var free: [Int] = []

        /// The smallest free buffer that is large enough, else the largest, which grows.
        mutating func take(_ count: Int) -> Int {
            let fitting = free.filter { floats[$0] >= count }.min { floats[$0] < floats[$1] }
            guard let found = fitting ?? free.max(by: { floats[$0] < floats[$1] }) else {
                floats.append(count)
                return floats.count - 1
            }
            free.removeAll { $0 == found }
            floats[found] = max(floats[found], count)
            return found
        }
    }
}
