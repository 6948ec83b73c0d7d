/// An inverted residual block in one sweep (`BlockedResidual`): expansion, depthwise convolution, projection, and the sum
/// with the input. Where the network begins its first convolution stands in the expansion's place.
struct InvertedResidualStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    private let block: BlockedResidual
    /// Of the first layer.
    private let stride: Int
    private let multiplyAddsOfFirst: Int
    private let firstName: String

    var outputChannels: Int { block.project.outputChannels }

    init(
        _ chain: InvertedResidualChain, from source: some ParameterSource, kernels: BlockedKernels
    ) throws(ModelError) {
        let (first, depthwise, project, isStem) = (chain.first, chain.depthwise, chain.project, chain.isStem)
        inputs = [first.input]
        output = project.output
        stride = first.shape.stride
        firstName = isStem ? "stem" : "\(first.shape.inputChannels)"
        multiplyAddsOfFirst =
            first.shape.inputChannels * first.shape.outputChannels * first.shape.kernel * first.shape.kernel
        let filter = try LayerWeights(depthwise, from: source)
        block = BlockedResidual(
            source: isStem
                ? .stem(try BlockedStem(first, from: source, kernels: kernels))
                : .expand(try BlockedDense(pointwise: first, from: source, kernels: kernels)),
            depthwise: BlockedDepthwise(
                DepthwiseConvolution(
                    channels: depthwise.shape.inputChannels, kernel: depthwise.shape.kernel,
                    stride: depthwise.shape.stride, dilation: depthwise.shape.dilation, weights: filter.weights,
                    bias: filter.bias, activation: depthwise.activation), kernels: kernels),
            project: try BlockedDense(pointwise: project, from: source, kernels: kernels),
            hasResidual: chain.hasResidual)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let plan = block.plan(input: sizes[0].strided(by: stride))
        let shared = block.sharedFloats(plan)
        let (filter, project) = (block.depthwise, block.project)
        let perOutput =
            filter.channels * filter.kernel * filter.kernel + project.inputChannels * project.outputChannels
        let name =
            "\(firstName)-\(filter.channels)-\(project.outputChannels) \(filter.kernel)x\(filter.kernel)"
            + (filter.stride > 1 ? " stride \(filter.stride)" : "")
            + (filter.dilation > 1 ? " dilation \(filter.dilation)" : "")
            + " at \(plan.output.height)x\(plan.output.width)"
        return StepPlan(
            name: name, output: plan.output,
            multiplyAdds: plan.ring.input.count * multiplyAddsOfFirst + plan.output.count * perOutput,
            shared: (shared, shared), scratch: block.scratchFloats(plan)
        ) { call in
            block.run(
                call.inputs[0], into: call.output, plan: plan, shared: call.shared, member: call.member,
                barrier: call.barrier)
        }
    }
}

extension BlockedStem {
    fileprivate init(_ layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels)
        throws(ModelError)
    {
        let folded = try LayerWeights(layer, from: source)
        self.init(
            Convolution(
                inputChannels: layer.shape.inputChannels, outputChannels: layer.shape.outputChannels,
                kernel: layer.shape.kernel, stride: layer.shape.stride, weights: folded.weights, bias: folded.bias,
                activation: layer.activation), kernels: kernels)
    }
}
