/// A depthwise convolution by itself.
struct DepthwiseStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    private let depthwise: BlockedDepthwise

    var outputChannels: Int { depthwise.channels }

    /// Nil for another layer.
    init?(_ layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels) throws(ModelError) {
        guard layer.isDepthwise, layer.shape.padding == .same, layer.addend == nil, layer.input != .image,
            layer.shape.kernel <= BlockedDepthwise.maximumKernel
        else { return nil }
        inputs = [layer.input]
        output = layer.output
        let folded = try LayerWeights(layer, from: source)
        depthwise = BlockedDepthwise(
            DepthwiseConvolution(
                channels: layer.shape.inputChannels, kernel: layer.shape.kernel, stride: layer.shape.stride,
                dilation: layer.shape.dilation, weights: folded.weights, bias: folded.bias,
                activation: layer.activation), kernels: kernels)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let size = sizes[0]
        let ring = RingGeometry(depthwise, input: size, outputRows: size.height)
        let taps = depthwise.kernel * depthwise.kernel
        return StepPlan(
            name: "depthwise \(depthwise.channels) \(depthwise.kernel)x\(depthwise.kernel) at "
                + "\(ring.output.height)x\(ring.output.width)",
            output: ring.output, multiplyAdds: ring.output.count * depthwise.channels * taps,
            scratch: ring.row + ring.block
        ) { call in
            let (zeros, rows) = (call.member.scratch, call.member.scratch + ring.row)
            zeros.update(repeating: 0, count: ring.row)
            ring.clearMargins(rows, blocks: 1)
            for block in call.member.share(of: depthwise.blocks) {
                for row in 0..<size.height {
                    (rows + ring.offset(ofRow: row)).update(
                        from: call.inputs[0].at(pixel: row * size.width, block: block), count: call.inputs[0].row)
                }
                depthwise.run(
                    rows, ring, zeroRow: zeros, block: block, rows: 0..<ring.output.height,
                    output: call.output.at(pixel: 0, block: block))
            }
        }
    }
}
