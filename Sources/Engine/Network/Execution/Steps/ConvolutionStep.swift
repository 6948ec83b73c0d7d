/// Any convolution, by its sum over taps: strided, of any kernel and padding, in groups, or of the image.
///
/// The input is first copied between zeros, each row's columns sorted by their place within a stride, so that whatever the
/// stride the pixels of a tap lie side by side.
struct ConvolutionStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    private let shape: ConvolutionShape
    private let readsImage: Bool
    private let products: ConvolutionProducts
    private let kernels: BlockedKernels

    var outputChannels: Int { shape.outputChannels }

    init(_ layer: FusedConvolution, from source: some ParameterSource, kernels: BlockedKernels) throws(ModelError) {
        inputs = [layer.input] + (layer.addend.map { [$0] } ?? [])
        output = layer.output
        shape = layer.shape
        readsImage = layer.input == .image
        self.kernels = kernels
        products = ConvolutionProducts(
            layer.shape, try LayerWeights(layer, from: source), activation: layer.activation, kernels: kernels)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let slab = Slab(shape, input: sizes[0], lanes: kernels.lanes)
        let inputBlocks = BlockedMap.blocks(shape.inputChannels, lanes: kernels.lanes)
        let name =
            "\(shape.kernel)x\(shape.kernel) \(shape.inputChannels)-\(shape.outputChannels)"
            + (shape.stride > 1 ? " stride \(shape.stride)" : "")
            + (shape.dilation > 1 ? " dilation \(shape.dilation)" : "")
            + (shape.groups > 1 ? " in \(shape.groups) groups" : "")
        let sharesRows = slab.output.height >= 4 * members
        return StepPlan(
            name: "\(name) at \(slab.output.height)x\(slab.output.width)", output: slab.output,
            multiplyAdds: slab.output.count * shape.outputChannels * shape.inputChannels / shape.groups * shape.kernel
                * shape.kernel,
            shared: (inputBlocks * slab.block, 0)
        ) { call in
            let (member, target) = (call.member, call.shared.0)
            for line in member.share(of: inputBlocks * slab.rows) {
                let (block, row) = (line / slab.rows, line % slab.rows)
                if readsImage {
                    slab.copy(row: row, ofPlanes: call.inputs[0], channels: shape.inputChannels, block, into: target)
                } else {
                    slab.copy(row: row, of: call.inputs[0], block: block, into: target)
                }
            }
            call.barrier.wait()
            let rows = sharesRows ? member.share(of: slab.output.height) : 0..<slab.output.height
            products.run(
                target, slab, addend: call.inputs.count > 1 ? call.inputs[1] : nil, into: call.output, rows: rows,
                pairs: sharesRows ? 0..<products.pairs : member.share(of: products.pairs))
        }
    }
}
