/// Sum, norm and activation where no convolution takes them in, as a step of a network in training.
struct ElementwiseTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    let layers: [TrainedLayer]
    private let hasNorm: Bool
    private let activation: Activation
    private let kernels: BlockedKernels
    /// [blocks, lanes]; of ones and zeros without a norm.
    private let scale: FloatBuffer
    private let shift: FloatBuffer
    private let layout: GradientSums.Layout

    var passedOn: [Int] { Array(inputs.indices) }

    /// - Parameter channels: of the inputs.
    init(_ layer: FusedElementwise, channels: Int, in set: ParameterSet, kernels: BlockedKernels) {
        (inputs, output, outputChannels) = (layer.inputs, layer.output, channels)
        (hasNorm, activation, self.kernels) = (layer.norm != nil, layer.activation, kernels)
        let floats = BlockedMap.blocks(channels, lanes: kernels.lanes) * kernels.lanes
        scale = FloatBuffer([Float](repeating: 1, count: floats))
        shift = FloatBuffer(count: floats)
        layout = GradientSums.Layout(channels: channels, taps: 1, lanes: kernels.lanes)
        layers =
            if let norm = layer.norm {
                [
                    TrainedLayer(
                        folded: FoldedLayer(norm, in: set, layerWeights: scale, layerBias: shift), layout: layout)
                ]
            } else { [] }
    }

    func pack() {}

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        // Without a norm nobody asks for the bias' gradient, but the gate adds it up.
        TrainingPlan(output: sizes[0], scratch: layout.floats, forward: forward, backward: backward)
    }

    private var blocks: Int { BlockedMap.blocks(outputChannels, lanes: kernels.lanes) }

    private func forward(_ call: ForwardCall) {
        let (lanes, pixels) = (kernels.lanes, call.output.size.count)
        let (low, high) = (SIMD4(repeating: activation.low), SIMD4(repeating: activation.high))
        for block in 0..<blocks {
            let output = call.output.at(pixel: 0, block: block)
            let sources = call.inputs.map { UnsafePointer($0.at(pixel: 0, block: block)) }
            for part in stride(from: 0, to: lanes, by: 4) {
                let scale = SIMD4<Float>(at: scale.pointer + block * lanes + part)
                let shift = SIMD4<Float>(at: shift.pointer + block * lanes + part)
                for index in stride(from: part, to: pixels * lanes, by: lanes) {
                    let sum = ElementwiseTraining.sum(sources, index)
                    (sum * scale + shift).clamped(lowerBound: low, upperBound: high).store(to: output + index)
                }
            }
        }
    }

    @inline(__always)
    private static func sum(_ sources: [UnsafePointer<Float>], _ index: Int) -> SIMD4<Float> {
        var sum = SIMD4(at: sources[0] + index)
        for position in 1..<max(1, sources.count) { sum += SIMD4(at: sources[position] + index) }
        return sum
    }

    private func backward(_ call: BackwardCall) {
        let (gradient, size) = (call.gradient, call.gradient.size)
        let sums = hasNorm ? call.sums[0] : GradientSums(layout, at: call.scratch)
        activation.gate(
            call.output.part(), gradient: gradient.pointer, gradientBlock: gradient.block, gradientRow: gradient.row,
            blocks: 0..<blocks, rows: size.height, width: size.width, sums: sums, kernels: kernels)
        guard hasNorm else { return }
        let lanes = kernels.lanes
        for block in 0..<blocks {
            let sources = call.inputs.map { UnsafePointer($0.at(pixel: 0, block: block)) }
            let slopes = gradient.at(pixel: 0, block: block)
            for part in stride(from: 0, to: lanes, by: 4) {
                let scale = SIMD4<Float>(at: scale.pointer + block * lanes + part)
                let total = sums.weights + block * lanes + part
                for y in 0..<size.height {
                    var product = SIMD4<Float>()
                    let row = y * size.width * lanes
                    for index in stride(from: row + part, to: row + size.width * lanes, by: lanes) {
                        let slope = SIMD4(at: slopes + index)
                        product += slope * ElementwiseTraining.sum(sources, index)
                        (slope * scale).store(to: slopes + index)
                    }
                    (SIMD4(at: total) + product).store(to: total)
                }
            }
        }
    }
}
