/// The largest of each window.
struct MaximumPoolStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    private let shape: MaximumPoolShape
    private let lanes: Int

    /// Nil for another node.
    init?(_ node: NetworkGraph.Node, output: NetworkGraph.Value, channels: Int, kernels: BlockedKernels) {
        guard case .maximumPool(let shape) = node.operation, node.inputs[0] != .image else { return nil }
        (inputs, self.output, outputChannels, self.shape) = (node.inputs, output, channels, shape)
        lanes = kernels.lanes
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let input = sizes[0]
        let size = MapSize(height: shape.windows(input.height), width: shape.windows(input.width))
        let blocks = BlockedMap.blocks(outputChannels, lanes: lanes)
        return StepPlan(
            name: "maximum \(shape.kernel)x\(shape.kernel) \(outputChannels) at \(size.height)x\(size.width)",
            output: size, multiplyAdds: 0
        ) { call in
            for line in call.member.share(of: blocks * size.height) {
                let (block, y) = (line / size.height, line % size.height)
                let rows = shape.window(y, input.height)
                for x in 0..<size.width {
                    let columns = shape.window(x, input.width)
                    largest(
                        call.inputs[0].at(pixel: rows.lowerBound * input.width + columns.lowerBound, block: block),
                        rows: rows.count, columns: columns.count, row: call.inputs[0].row,
                        call.output.at(pixel: y * size.width + x, block: block))
                }
            }
        }
    }

    private func largest(
        _ window: UnsafePointer<Float>, rows: Int, columns: Int, row: Int, _ output: UnsafeMutablePointer<Float>
    ) {
        for half in stride(from: 0, to: lanes, by: 4) {
            var best = SIMD4<Float>(repeating: -.infinity)
            for y in 0..<rows {
                for x in 0..<columns {
                    best = pointwiseMax(best, SIMD4(at: window + y * row + x * lanes + half))
                }
            }
            best.store(to: output + half)
        }
    }
}
