/// Any convolution as a step of a network in training: strided, dilated, of any kernel and padding, in groups, or of the
/// image.
struct ConvolutionTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let layers: [TrainedLayer]
    private let shape: ConvolutionShape
    private let activation: Activation
    private let readsImage: Bool
    private let forward: ConvolutionForward
    private let backward: ConvolutionBackward
    private let kernels: BlockedKernels

    var outputChannels: Int { shape.outputChannels }
    var passedOn: [Int] { inputs.count > 1 ? [1] : [] }

    init(_ layer: FusedConvolution, in set: ParameterSet, kernels: BlockedKernels) {
        inputs = [layer.input] + (layer.addend.map { [$0] } ?? [])
        (output, shape, activation, self.kernels) = (layer.output, layer.shape, layer.activation, kernels)
        readsImage = layer.input == .image
        forward = ConvolutionForward(layer.shape, activation: layer.activation, kernels: kernels)
        backward = ConvolutionBackward(layer.shape, kernels: kernels)
        let folded = FoldedLayer(
            layer, in: set, layerWeights: FloatBuffer(layer.zeroWeights), layerBias: FloatBuffer(layer.zeroBias))
        layers = [TrainedLayer(folded: folded, layout: forward.gradientLayout)]
    }

    func pack() {
        let folded = layers[0].folded
        forward.pack(folded.layerWeights.pointer, bias: folded.layerBias.pointer)
        if !readsImage { backward.pack(folded.layerWeights.pointer) }
    }

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        let slab = Slab(shape, input: sizes[0], lanes: kernels.lanes)
        let slabFloats = BlockedMap.blocks(shape.inputChannels, lanes: kernels.lanes) * slab.block
        let geometry = readsImage ? nil : backward.geometry(sizes[0])
        return TrainingPlan(
            output: slab.output, scratch: max(slabFloats, geometry.map(backward.scratchFloats) ?? 0)
        ) { call in
            fill(slab, from: call.inputs[0], into: call.scratch)
            forward.run(
                call.scratch, slab, addend: call.inputs.count > 1 ? call.inputs[1] : nil, into: call.output)
        } backward: { call in
            let gradient = call.gradient
            activation.gate(
                call.output.part(), gradient: gradient.pointer, gradientBlock: gradient.block,
                gradientRow: gradient.row, blocks: 0..<BlockedMap.blocks(outputChannels, lanes: kernels.lanes),
                rows: gradient.size.height, width: gradient.size.width, sums: call.sums[0], kernels: kernels)
            fill(slab, from: call.inputs[0], into: call.scratch)
            forward.addGradient(call.scratch, slab, gradient: gradient, to: call.sums[0], kernels: kernels)
            if let target = call.inputGradients[0], let geometry {
                backward.run(gradient, geometry, into: target, scratch: call.scratch)
            }
        }
    }

    private func fill(_ slab: Slab, from input: BlockedMap, into scratch: UnsafeMutablePointer<Float>) {
        for block in 0..<BlockedMap.blocks(shape.inputChannels, lanes: kernels.lanes) {
            for row in 0..<slab.rows {
                if readsImage {
                    slab.copy(row: row, ofPlanes: input, channels: shape.inputChannels, block, into: scratch)
                } else {
                    slab.copy(row: row, of: input, block: block, into: scratch)
                }
            }
        }
    }
}
