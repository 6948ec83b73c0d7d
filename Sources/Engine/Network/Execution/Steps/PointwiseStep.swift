/// A 1x1 convolution at stride 1, with what is added to it and its activation.
struct PointwiseStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    private let dense: BlockedDense

    var outputChannels: Int { dense.outputChannels }

    /// Nil for another layer.
    init?(_ layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels) throws(ModelError) {
        guard layer.isPointwise, layer.shape.stride == 1, layer.input != .image else { return nil }
        inputs = [layer.input] + (layer.addend.map { [$0] } ?? [])
        output = layer.output
        dense = try BlockedDense(pointwise: layer, from: source, kernels: kernels)
    }

    /// Bytes of the input pixels that all weights pass over at a time: a part of the second-level cache.
    private static let inputBytes = 1 << 19
    /// Fewer pixels a member are not worth reading all weights for.
    private static let fewestPixels = 28

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let size = sizes[0]
        let atOnce = max(
            Self.fewestPixels, Self.inputBytes / MemoryLayout<Float>.stride / dense.inputChannels)
        let sharesPixels = size.count >= Self.fewestPixels * members || dense.blocks < 2 * members
        return StepPlan(
            name: "1x1 \(dense.inputChannels)-\(dense.outputChannels) at \(size.height)x\(size.width)", output: size,
            multiplyAdds: size.count * dense.inputChannels * dense.outputChannels
        ) { call in
            let pixels = sharesPixels ? call.member.share(of: size.count) : 0..<size.count
            let blocks = sharesPixels ? 0..<dense.blocks : call.member.share(of: dense.blocks, granularity: 2)
            guard !blocks.isEmpty else { return }
            for from in stride(from: pixels.lowerBound, to: pixels.upperBound, by: atOnce) {
                let first = blocks.lowerBound
                let addend = call.inputs.count > 1 ? call.inputs[1].part(pixel: from, block: first) : nil
                dense.run(
                    call.inputs[0].part(pixel: from), channels: 0..<dense.inputChannels,
                    start: addend.map { .biasAnd($0) } ?? .bias, output: call.output.at(pixel: from, block: first),
                    outputBlock: call.output.block, outputRow: call.output.row, blocks: blocks, rows: 1,
                    width: min(atOnce, pixels.upperBound - from))
            }
        }
    }
}

extension BlockedDense {
    /// - Precondition: the layer is pointwise.
    init(pointwise layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels)
        throws(ModelError)
    {
        let folded = try LayerWeights(layer, from: source)
        self.init(
            inputChannels: layer.shape.inputChannels, outputChannels: layer.shape.outputChannels,
            weights: folded.weights, bias: folded.bias, activation: layer.activation, kernels: kernels)
    }
}
