/// SEAM's pixel correlation module on an EfficientNet-Lite trunk: what it reads of one branch, and its weights.
///
/// The reference reads the fourth and fifth stage of a ResNet-38. Here these are the last block before the last reduction
/// and the last block of the trunk.
///
/// `@unchecked Sendable`: belongs to one `TrainingBranch`.
final class RefinementBranch: @unchecked Sendable {
    /// New parameters of the class maps' refinement, for training alone.
    static func tensors(_ architecture: EfficientNetLite) -> [(String, [Int])] {
        let channels = channels(architecture)
        return [
            ("pcm.mid.weight", [channels.midProjection, channels.mid, 1, 1]),
            ("pcm.late.weight", [channels.lateProjection, channels.late, 1, 1]),
            ("pcm.joint.weight", [channels.joint, channels.features, 1, 1]),
        ]
    }

    private static func middleBlock(_ architecture: EfficientNetLite) -> Int {
        let blocks = architecture.blocks(outputStride: 32)
        return (blocks.lastIndex { $0.stride > 1 } ?? 1) - 1
    }

    private static func channels(_ architecture: EfficientNetLite) -> PixelCorrelation.Channels {
        let blocks = architecture.blocks(outputStride: 32)
        return PixelCorrelation.Channels(
            mid: blocks[middleBlock(architecture)].outputChannels, late: blocks[blocks.count - 1].outputChannels)
    }

    let correlation: PixelCorrelation
    /// [1 + classes, cells]
    let refinedGradient: FloatBuffer
    private let activations: Activations
    private let classCount: Int
    private let middle: Int
    private let colours: FloatBuffer
    /// The middle block's output as planes, and at the class maps' size where that is another.
    private let middlePlanes: FloatBuffer
    private let middleMaps: FloatBuffer?
    private let latePlanes: FloatBuffer
    private let kernels: BlockedKernels

    init(_ trainable: TrainableNetwork, activations: Activations) {
        let architecture = trainable.network.architecture
        correlation = PixelCorrelation(channels: RefinementBranch.channels(architecture))
        self.activations = activations
        classCount = trainable.network.classCount - trainable.backgroundRows
        middle = RefinementBranch.middleBlock(architecture)
        let cells = activations.gridSize.count
        refinedGradient = FloatBuffer(count: (1 + classCount) * cells)
        colours = FloatBuffer(count: 3 * cells)
        kernels = trainable.trunk.kernels
        let middleSize = activations.blocks[middle].output.size
        middlePlanes = FloatBuffer(count: correlation.channels.mid * middleSize.count)
        latePlanes = FloatBuffer(count: correlation.channels.late * cells)
        // At output stride 32 the middle block's grid is finer.
        middleMaps =
            middleSize == activations.gridSize
            ? nil : FloatBuffer(count: correlation.channels.mid * cells)
    }

    /// - Parameters:
    ///   - input: [3, size of the branch].
    ///   - logits: [classes, cells].
    func forward(_ input: UnsafePointer<Float>, logits: UnsafePointer<Float>, _ parameters: ParameterSet) {
        let grid = activations.gridSize
        AlignedResize(from: activations.inputSize, to: grid).forward(input, channels: 3, into: colours.pointer)
        copy(activations.blocks[middle].output, channels: correlation.channels.mid, to: middlePlanes)
        copy(
            activations.blocks[activations.blocks.count - 1].output, channels: correlation.channels.late, to: latePlanes
        )
        if let middleMaps {
            AlignedResize(from: activations.blocks[middle].output.size, to: grid).forward(
                middlePlanes.pointer, channels: correlation.channels.mid, into: middleMaps.pointer)
        }
        correlation.forward(
            logits: logits, classes: classCount, cells: grid.count, inputs: inputs, weights: weights(parameters))
        refinedGradient.pointer.update(repeating: 0, count: refinedGradient.count)
    }

    /// From `refinedGradient` to the module's weights in `gradient`.
    func backward(gradient: FloatBuffer, _ parameters: ParameterSet) {
        func pointer(_ name: String) -> UnsafeMutablePointer<Float> { gradient.pointer + parameters[name].offset }
        correlation.backward(
            refinedGradient: refinedGradient.pointer, inputs: inputs, weights: weights(parameters),
            gradients: PixelCorrelation.Gradients(
                mid: pointer("pcm.mid.weight"), late: pointer("pcm.late.weight"), joint: pointer("pcm.joint.weight")))
    }

    private var inputs: PixelCorrelation.Inputs {
        PixelCorrelation.Inputs(
            colours: colours.pointer, mid: (middleMaps ?? middlePlanes).pointer, late: latePlanes.pointer)
    }

    private func copy(_ map: BlockedMap, channels: Int, to planes: FloatBuffer) {
        map.copy(pixels: 0..<map.size.count, to: planes.pointer, channels: channels, kernels: kernels)
    }

    private func weights(_ parameters: ParameterSet) -> PixelCorrelation.Weights {
        PixelCorrelation.Weights(
            mid: parameters.pointer("pcm.mid.weight"), late: parameters.pointer("pcm.late.weight"),
            joint: parameters.pointer("pcm.joint.weight"))
    }
}
