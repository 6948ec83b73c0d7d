/// A 1x1 convolution at stride 1, with what is added to it and its activation, as a step of a network in training.
struct PointwiseTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let layers: [TrainedLayer]
    private let dense: TrainableDense

    var outputChannels: Int { dense.product.outputChannels }
    var passedOn: [Int] { inputs.count > 1 ? [1] : [] }

    /// Nil for another layer.
    init?(_ layer: FusedConvolution, in set: ParameterSet, kernels: BlockedKernels) {
        guard layer.isPointwise, layer.shape.stride == 1, layer.input != .image else { return nil }
        inputs = [layer.input] + (layer.addend.map { [$0] } ?? [])
        output = layer.output
        dense = TrainableDense(PointwiseConvolution(layer), kernels: kernels)
        layers = [dense.trained(layer, in: set)]
    }

    func pack() { dense.pack() }

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        TrainingPlan(output: sizes[0], forward: forward, backward: backward)
    }

    /// Of the output's blocks at a time in the backward pass.
    private static let blocksAtOnce = 12
    /// Bytes of the input pixels that all weights pass over at a time: a part of the second-level cache.
    private static let inputBytes = 1 << 19

    private func forward(_ call: ForwardCall) {
        let (input, product) = (call.inputs[0], dense.product)
        let atOnce = max(28, Self.inputBytes / MemoryLayout<Float>.stride / product.inputChannels)
        for from in stride(from: 0, to: input.size.count, by: atOnce) {
            product.run(
                input.part(pixel: from), channels: 0..<product.inputChannels,
                start: call.inputs.count > 1 ? .biasAnd(call.inputs[1].part(pixel: from)) : .bias,
                output: call.output.at(pixel: from), outputBlock: call.output.block, outputRow: call.output.row,
                blocks: 0..<product.blocks, rows: 1, width: min(atOnce, input.size.count - from))
        }
    }

    private func backward(_ call: BackwardCall) {
        let (output, gradient, input, sums) = (call.output, call.gradient, call.inputs[0], call.sums[0])
        let (kernels, lanes) = (dense.product.kernels, dense.product.lanes)
        let (rows, width) = (output.size.height, output.size.width)
        for from in stride(from: 0, to: dense.product.blocks, by: Self.blocksAtOnce) {
            let chunk = from..<min(from + Self.blocksAtOnce, dense.product.blocks)
            let part = gradient.part(block: from)
            dense.activation.gate(
                output.part(block: from), gradient: gradient.at(pixel: 0, block: from), gradientBlock: gradient.block,
                gradientRow: gradient.row, blocks: chunk, rows: rows, width: width, sums: sums, kernels: kernels)
            TrainableDense.addGradient(
                input: input.part(), inputs: 0..<BlockedMap.blocks(dense.product.inputChannels, lanes: lanes),
                gradient: part, outputs: chunk, rows: rows, width: width, to: sums, kernels: kernels)
            guard let target = call.inputGradients[0] else { continue }
            dense.transposed.run(
                part, channels: from * lanes..<min(chunk.upperBound * lanes, dense.product.outputChannels),
                start: from == 0 && !target.adds ? .bias : .sum, output: target.map.pointer,
                outputBlock: target.map.block, outputRow: target.map.row, blocks: 0..<dense.transposed.blocks,
                rows: rows, width: width)
        }
    }
}
