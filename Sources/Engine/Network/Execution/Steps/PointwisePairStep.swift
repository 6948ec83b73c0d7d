/// Two 1x1 convolutions, the first of which makes many channels that only the second reads, such as a head before a class
/// layer: its channels pass by some at a time.
struct PointwisePairStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    private let first: BlockedDense
    private let second: BlockedDense

    var outputChannels: Int { second.outputChannels }

    /// Of a chunk of the first one's channels.
    private static let chunkBytes = 1 << 19

    /// Nil for other layers.
    init?(
        _ first: FusedConvolution, _ second: FusedConvolution, from source: some ParameterSource,
        kernels: BlockedKernels
    ) throws(ModelError) {
        let areBare = [first, second].allSatisfy { $0.isPointwise && $0.shape.stride == 1 && $0.addend == nil }
        guard areBare, first.input != .image else { return nil }
        inputs = [first.input]
        output = second.output
        self.first = try BlockedDense(pointwise: first, from: source, kernels: kernels)
        self.second = try BlockedDense(pointwise: second, from: source, kernels: kernels)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let (size, lanes) = (sizes[0], first.lanes)
        let atOnce = BlockedChunks.even(
            first.blocks, most: max(4, Self.chunkBytes / MemoryLayout<Float>.stride / (size.count * lanes)))
        let floats = atOnce * size.count * lanes
        let sums = first.inputChannels * first.outputChannels + second.inputChannels * second.outputChannels
        return StepPlan(
            name: "1x1 \(first.inputChannels)-\(first.outputChannels)-\(second.outputChannels) at "
                + "\(size.height)x\(size.width)",
            output: size, multiplyAdds: size.count * sums, shared: (floats, floats)
        ) { call in
            let input = call.inputs[0]
            BlockedChunks(blocks: first.blocks, atOnce: atOnce, member: call.member, barrier: call.barrier).run(
                shared: call.shared, into: call.output, residual: nil, second
            ) { blocks, target in
                first.run(
                    input.part(), channels: 0..<first.inputChannels, start: .bias, output: target,
                    outputBlock: input.block, outputRow: input.row, blocks: blocks, rows: size.height,
                    width: size.width)
            }
        }
    }
}
