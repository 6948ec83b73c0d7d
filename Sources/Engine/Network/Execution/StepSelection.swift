/// Finds the step for each layer, or for several that run in one.
struct StepSelection {
    private let chains: LayerChains
    /// By value, of an image of some size: ranks and channels are the same at all.
    private let shapes: [Shape]
    private let kernels: BlockedKernels

    init(_ layers: [FusedLayer], shapes: [Shape], outputs: [NetworkGraph.Value], kernels: BlockedKernels) {
        (self.shapes, self.kernels) = (shapes, kernels)
        chains = LayerChains(layers, outputs: outputs)
    }

    func steps(_ source: some ParameterSource) throws(ModelError) -> [any Step] {
        var steps: [any Step] = []
        var position = 0
        while position < chains.layers.count {
            let (step, taken) = try step(at: position, source)
            steps.append(step)
            position += taken
        }
        return steps
    }

    private func step(at position: Int, _ source: some ParameterSource) throws(ModelError) -> (any Step, taken: Int) {
        if let chain = chains.invertedResidual(at: position) {
            return (try InvertedResidualStep(chain, from: source, kernels: kernels), 3)
        }
        if let chain = chains.convolutions(at: position, count: 2),
            let step = try PointwisePairStep(chain[0], chain[1], from: source, kernels: kernels)
        {
            return (step, 2)
        }
        return (try step(for: chains.layers[position], source), 1)
    }

    private func step(for layer: FusedLayer, _ source: some ParameterSource) throws(ModelError) -> any Step {
        switch layer {
        case .convolution(let layer):
            if let step = try PointwiseStep(layer, from: source, kernels: kernels) { return step }
            if let step = try WinogradStep(layer, from: source, kernels: kernels) { return step }
            if let step = try DepthwiseStep(layer, from: source, kernels: kernels) { return step }
            return try ConvolutionStep(layer, from: source, kernels: kernels)
        case .elementwise(let layer):
            return try ElementwiseStep(layer, channels: channels(of: layer.inputs[0]), from: source, kernels: kernels)
        case .plain(let node, let output):
            if let step = MaximumPoolStep(
                node, output: output, channels: channels(of: node.inputs[0]), kernels: kernels)
            {
                return step
            }
            return try PlainStep(
                node, output: output, ranks: node.inputs.map { shapes[$0.rawValue].extents.count },
                channels: (node.inputs.map(channels), channels(of: output)), from: source, kernels: kernels)
        }
    }

    private func channels(of value: NetworkGraph.Value) -> Int { shapes[value.rawValue].extents[0] }
}
