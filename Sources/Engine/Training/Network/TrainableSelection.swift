/// Finds the steps of a network in training: the layers that labelling runs too (`Fusion`), each with both passes.
struct TrainableSelection {
    private let chains: LayerChains
    /// By value, of an image of some size: ranks and channels are the same at all.
    private let shapes: [Shape]
    private let parameters: ParameterSet
    private let kernels: BlockedKernels

    /// - Parameters:
    ///   - outputs: values that are read of a pass.
    ///   - shapes: of the graph's values.
    init(
        _ layers: [FusedLayer], outputs: [NetworkGraph.Value], shapes: [Shape], parameters: ParameterSet,
        kernels: BlockedKernels
    ) {
        chains = LayerChains(layers, outputs: outputs)
        (self.shapes, self.parameters, self.kernels) = (shapes, parameters, kernels)
    }

    /// - Throws: for a node that can't be trained.
    func steps() throws(GraphFault) -> [any TrainableStep] {
        var steps: [any TrainableStep] = []
        var position = 0
        while position < chains.layers.count {
            if let chain = chains.invertedResidual(at: position) {
                steps.append(InvertedResidualTraining(chain, in: parameters, kernels: kernels))
                position += 3
            } else {
                steps.append(try step(for: chains.layers[position]))
                position += 1
            }
        }
        return steps
    }

    private func step(for layer: FusedLayer) throws(GraphFault) -> any TrainableStep {
        switch layer {
        case .convolution(let layer):
            if let step = PointwiseTraining(layer, in: parameters, kernels: kernels) { return step }
            return ConvolutionTraining(layer, in: parameters, kernels: kernels)
        case .elementwise(let layer):
            guard !layer.inputs.contains(.image) else { throw GraphFault("no step trains it", node: layer.name) }
            return ElementwiseTraining(layer, channels: channels(layer.output), in: parameters, kernels: kernels)
        case .plain(let node, let output):
            if let step = MaximumPoolTraining(node, output: output, channels: channels(output), kernels: kernels) {
                return step
            }
            if let step = PlainTraining(node, output: output, shapes: shapes, kernels: kernels) { return step }
            throw GraphFault("no step trains it", node: node.name)
        }
    }

    private func channels(_ value: NetworkGraph.Value) -> Int { shapes[value.rawValue].extents[0] }
}
