/// An inverted residual block as a step of a network in training.
struct InvertedResidualTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let layers: [TrainedLayer]
    private let block: TrainableBlock
    /// Of the stem; 1 for an expansion.
    private let stride: Int

    var outputChannels: Int { block.project.product.outputChannels }

    init(_ chain: InvertedResidualChain, in set: ParameterSet, kernels: BlockedKernels) {
        let (first, filter) = (chain.first, chain.depthwise.shape)
        (inputs, output, stride) = ([first.input], chain.project.output, first.shape.stride)
        let source: TrainableBlock.Source
        let sourceLayer: TrainedLayer
        if chain.isStem {
            let layer = Convolution(
                inputChannels: first.shape.inputChannels, outputChannels: first.shape.outputChannels,
                kernel: first.shape.kernel, stride: first.shape.stride, weights: first.zeroWeights,
                bias: first.zeroBias, activation: first.activation)
            let stem = TrainableStem(layer, kernels: kernels)
            source = .stem(stem)
            sourceLayer = TrainedLayer(
                folded: FoldedLayer(first, in: set, layerWeights: layer.weights, layerBias: layer.bias),
                layout: stem.gradientLayout)
        } else {
            let expand = TrainableDense(PointwiseConvolution(first), kernels: kernels)
            source = .expand(expand)
            sourceLayer = expand.trained(first, in: set)
        }
        let depthwiseLayer = DepthwiseConvolution(
            channels: filter.inputChannels, kernel: filter.kernel, stride: filter.stride, dilation: filter.dilation,
            weights: chain.depthwise.zeroWeights, bias: chain.depthwise.zeroBias,
            activation: chain.depthwise.activation)
        let depthwise = TrainableDepthwise(depthwiseLayer, kernels: kernels)
        let project = TrainableDense(PointwiseConvolution(chain.project), kernels: kernels)
        block = TrainableBlock(source: source, depthwise: depthwise, project: project, hasResidual: chain.hasResidual)
        let depthwiseFolded = FoldedLayer(
            chain.depthwise, in: set, layerWeights: depthwiseLayer.weights, layerBias: depthwiseLayer.bias)
        layers = [
            sourceLayer, TrainedLayer(folded: depthwiseFolded, layout: depthwise.gradientLayout),
            project.trained(chain.project, in: set),
        ]
    }

    func pack() { block.pack() }

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        let maps = BlockActivations(block, input: sizes[0].strided(by: stride))
        let places = ScratchPlaces(block, maps)
        return TrainingPlan(output: maps.geometry.output, kept: maps.buffers, scratch: places.floats) { call in
            block.forward(call.inputs[0], maps, into: call.output, scratch: places.scratch(call.scratch))
        } backward: { call in
            block.backward(
                call.inputs[0], maps, outputGradient: call.gradient, inputGradient: call.inputGradients[0],
                sums: TrainableBlock.Sums(source: call.sums[0], depthwise: call.sums[1], project: call.sums[2]),
                scratch: places.scratch(call.scratch))
        }
    }

    /// Where in a thread's buffer a block has what.
    private struct ScratchPlaces {
        private let row: Int
        private let filtered: Int
        private let expanded: Int
        private let stem: Int

        init(_ block: TrainableBlock, _ maps: BlockActivations) {
            let (plan, width, lanes) = (maps.plan, maps.geometry.input.width, block.depthwise.filter.lanes)
            row = max(maps.geometry.row, maps.gradientGeometry.row)
            filtered = plan.blocksAtOnce * maps.gradientGeometry.block
            expanded = plan.blocksAtOnce * plan.inputRows * width * lanes
            stem =
                switch block.source {
                case .stem(let layer):
                    max(
                        layer.stem.scratchFloats(outputWidth: width),
                        layer.scratchFloats(pixels: plan.inputRows * width))
                case .expand: 0
                }
        }

        var floats: Int { row + filtered + expanded + stem }

        func scratch(_ pointer: UnsafeMutablePointer<Float>) -> TrainableBlock.Scratch {
            pointer.update(repeating: 0, count: row)
            let filteredGradient = pointer + row
            let expandedGradient = filteredGradient + filtered
            return TrainableBlock.Scratch(
                filteredGradient: filteredGradient, expandedGradient: expandedGradient,
                stem: expandedGradient + expanded, zeroRow: UnsafePointer(pointer))
        }
    }
}

extension FusedConvolution {
    /// Of the layer's shape: what a layer is made with before its parameters are folded into it.
    var zeroWeights: [Float] {
        [Float](
            repeating: 0,
            count: shape.outputChannels * (shape.inputChannels / shape.groups) * shape.kernel * shape.kernel)
    }
    var zeroBias: [Float] { [Float](repeating: 0, count: shape.outputChannels) }
}

extension PointwiseConvolution {
    /// Of zeros.
    init(_ layer: FusedConvolution) {
        self.init(
            inputChannels: layer.shape.inputChannels, outputChannels: layer.shape.outputChannels,
            weights: layer.zeroWeights, bias: layer.zeroBias, activation: layer.activation)
    }
}

extension TrainableDense {
    func trained(_ fused: FusedConvolution, in set: ParameterSet) -> TrainedLayer {
        TrainedLayer(
            folded: FoldedLayer(fused, in: set, layerWeights: layer.weights, layerBias: layer.bias),
            layout: gradientLayout)
    }
}
