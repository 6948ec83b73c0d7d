/// The class layer behind dropout, over channel-blocked maps: the dropped channels' factors are those of its weights, so that
/// no pass over the features is made for them. One thread's own, for every picture drops others.
final class TrainableClassLayer {
    private let layer: PointwiseConvolution
    private let kernels: BlockedKernels
    private let product: BlockedDense
    private let transposed: BlockedDense
    private let sums: GradientSums
    private let sumsBuffer: FloatBuffer
    private let maps: FloatBuffer
    private var factors: [Float] = []

    /// - Parameters:
    ///   - layer: [class channels, features], without bias.
    ///   - size: of the features.
    init(_ layer: PointwiseConvolution, size: MapSize, kernels: BlockedKernels) {
        self.layer = layer
        self.kernels = kernels
        let (inputs, outputs) = (layer.inputChannels, layer.outputChannels)
        product = BlockedDense(inputChannels: inputs, outputChannels: outputs, kernels: kernels)
        transposed = BlockedDense(inputChannels: outputs, outputChannels: inputs, kernels: kernels)
        let layout = GradientSums.Layout(outputs: outputs, inputs: inputs, lanes: kernels.lanes)
        sumsBuffer = FloatBuffer(count: layout.floats)
        sums = GradientSums(layout, at: sumsBuffer.pointer)
        maps = FloatBuffer(count: BlockedMap.floats(channels: outputs, size: size, lanes: kernels.lanes))
    }

    var floats: Int { sumsBuffer.count + maps.count }

    /// - Parameter logits: [class channels, cells]
    func forward(_ features: BlockedMap, dropout: Dropout2D, into logits: UnsafeMutablePointer<Float>) {
        factors = dropout.factors
        let (weights, inputs) = (layer.weights.pointer, layer.inputChannels)
        factors.withUnsafeBufferPointer { factors in
            product.pack { output, _, input in weights[output * inputs + input] * factors[input] }
            transposed.pack { input, _, output in weights[output * inputs + input] * factors[input] }
        }
        let scores = maps.map(features.size, lanes: kernels.lanes)
        product.run(features, into: scores)
        scores.copy(pixels: 0..<scores.size.count, to: logits, channels: layer.outputChannels, kernels: kernels)
    }

    /// - Parameters:
    ///   - logitGradient: [class channels, cells]
    ///   - featureGradient: of `features`, before dropout; overwritten. Nil where nobody asks for it.
    ///   - weightGradient: [class channels, features], added to.
    func backward(
        _ features: BlockedMap, logitGradient: UnsafePointer<Float>, featureGradient: BlockedMap?,
        weightGradient: UnsafeMutablePointer<Float>
    ) {
        let scores = maps.map(features.size, lanes: kernels.lanes)
        scores.fill(
            from: logitGradient, channels: layer.outputChannels,
            member: LayerMember(index: 0, count: 1, scratch: maps.pointer))
        if let featureGradient { transposed.run(scores, into: featureGradient) }
        sumsBuffer.pointer.update(repeating: 0, count: sumsBuffer.count)
        TrainableDense.addGradient(
            input: features.part(), inputs: 0..<transposed.blocks, gradient: scores.part(), outputs: 0..<product.blocks,
            rows: features.size.height, width: features.size.width, to: sums, kernels: kernels)
        sums.addWeights(to: weightGradient, factors: factors)
    }
}
