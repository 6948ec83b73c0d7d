/// Sum, norm and activation where no convolution takes them in.
struct ElementwiseStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    private let name: String
    private let lanes: Int
    private let activation: Activation
    /// [blocks, lanes]; nil without a norm.
    private let norm: (scale: FloatBuffer, shift: FloatBuffer)?

    /// - Parameter channels: of the inputs.
    init(
        _ layer: FusedElementwise, channels: Int, from source: some ParameterSource, kernels: BlockedKernels
    ) throws(ModelError) {
        (inputs, output, outputChannels) = (layer.inputs, layer.output, channels)
        (name, activation, lanes) = (layer.name, layer.activation, kernels.lanes)
        guard let fused = layer.norm else {
            norm = nil
            return
        }
        let folded = try LayerWeights(fused, from: source)
        let floats = BlockedMap.blocks(channels, lanes: kernels.lanes) * kernels.lanes
        let (scale, shift) = (FloatBuffer(count: floats), FloatBuffer(count: floats))
        scale.pointer.update(from: folded.weights, count: channels)
        shift.pointer.update(from: folded.bias, count: channels)
        norm = (scale, shift)
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let size = sizes[0]
        let blocks = BlockedMap.blocks(outputChannels, lanes: lanes)
        return StepPlan(
            name: "\(name) \(outputChannels) at \(size.height)x\(size.width)", output: size,
            multiplyAdds: norm == nil ? 0 : size.count * outputChannels
        ) { call in
            for line in call.member.share(of: blocks * size.height) {
                let (block, pixel) = (line / size.height, line % size.height * size.width)
                run(
                    call.inputs.map { UnsafePointer($0.at(pixel: pixel, block: block)) },
                    call.output.at(pixel: pixel, block: block), block: block, pixels: size.width)
            }
        }
    }

    /// Some pixels of one block.
    private func run(
        _ inputs: [UnsafePointer<Float>], _ output: UnsafeMutablePointer<Float>, block: Int, pixels: Int
    ) {
        let (low, high) = (SIMD4(repeating: activation.low), SIMD4(repeating: activation.high))
        for part in stride(from: 0, to: lanes, by: 4) {
            let (scale, shift) = factors(block * lanes + part)
            for index in stride(from: part, to: pixels * lanes, by: lanes) {
                var sum = SIMD4(at: inputs[0] + index)
                for other in inputs.dropFirst() { sum += SIMD4(at: other + index) }
                (sum * scale + shift).clamped(lowerBound: low, upperBound: high).store(to: output + index)
            }
        }
    }

    /// Of four channels.
    private func factors(_ channel: Int) -> (scale: SIMD4<Float>, shift: SIMD4<Float>) {
        guard let norm else { return (SIMD4(repeating: 1), SIMD4(repeating: 0)) }
        return (SIMD4(at: norm.scale.pointer + channel), SIMD4(at: norm.shift.pointer + channel))
    }
}

extension SIMD4<Float> {
    /// Of four floats in memory, 16 bytes aligned.
    @inline(__always)
    init(at pointer: UnsafePointer<Float>) {
        self = UnsafeRawPointer(pointer).load(as: SIMD4<Float>.self)
    }

    @inline(__always)
    func store(to pointer: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: SIMD4<Float>.self)
    }
}
