/// A dense 3x3 convolution at stride 1 by Winograd's products (`WinogradConvolution`).
struct WinogradStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    private let inputChannels: Int
    private let convolution: WinogradConvolution

    /// With fewer channels the transforms cost more than the products save.
    private static let fewestChannels = 16

    /// Nil for another layer.
    init?(_ layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels) throws(ModelError) {
        let shape = layer.shape
        guard shape.kernel == 3, shape.stride == 1, shape.groups == 1,
            shape.padding == .same || shape.padding == .fixed(shape.dilation), layer.input != .image,
            min(shape.inputChannels, shape.outputChannels) >= Self.fewestChannels
        else { return nil }
        inputs = [layer.input] + (layer.addend.map { [$0] } ?? [])
        output = layer.output
        (inputChannels, outputChannels) = (shape.inputChannels, shape.outputChannels)
        let folded = try LayerWeights(layer, from: source)
        convolution = WinogradConvolution(
            inputChannels: shape.inputChannels, outputChannels: shape.outputChannels, dilation: shape.dilation,
            weights: folded.weights, bias: folded.bias, activation: layer.activation, kernels: kernels)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let size = sizes[0]
        let tiling = convolution.tiling(size)
        let floats = convolution.bufferFloats(tiling)
        let dilation = convolution.dilation > 1 ? " dilation \(convolution.dilation)" : ""
        return StepPlan(
            name: "3x3 \(inputChannels)-\(outputChannels)\(dilation) at \(size.height)x\(size.width)", output: size,
            multiplyAdds: size.count * 9 * inputChannels * outputChannels, shared: (floats.tiles, floats.sums)
        ) { call in
            convolution.run(
                call.inputs[0], adding: call.inputs.count > 1 ? call.inputs[1] : nil, into: call.output,
                tiling: tiling, tiles: call.shared.0, sums: call.shared.1, member: call.member, barrier: call.barrier)
        }
    }
}
