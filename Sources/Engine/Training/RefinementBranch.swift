/// SEAM's pixel correlation module on a trunk: what it reads of one branch, and its weights. Which two values of the trunk
/// it reads the architecture says (`NetworkGraph.Output.middle` and `late`).
///
/// `@unchecked Sendable`: belongs to one `TrainingBranch`.
final class RefinementBranch: @unchecked Sendable {
    /// New parameters of the class maps' refinement, for training alone.
    static func tensors(_ graph: NetworkGraph) throws(GraphFault) -> [(String, [Int])] {
        let shapes = try graph.shapes(rows: 224, columns: 224)
        let read = try taps.map { name throws(GraphFault) in shapes[try graph.output(name).rawValue].extents[0] }
        let channels = PixelCorrelation.Channels(mid: read[0], late: read[1])
        return [
            ("pcm.mid.weight", [channels.midProjection, channels.mid, 1, 1]),
            ("pcm.late.weight", [channels.lateProjection, channels.late, 1, 1]),
            ("pcm.joint.weight", [channels.joint, channels.features, 1, 1]),
        ]
    }

    /// Names of the values that it reads.
    static let taps = [NetworkGraph.Output.middle, NetworkGraph.Output.late]

    let correlation: PixelCorrelation
    /// [1 + classes, cells]
    let refinedGradient: FloatBuffer
    private let activations: Activations
    private let classCount: Int
    private let colours: FloatBuffer
    private let mid: Tap
    private let late: Tap
    private let kernels: BlockedKernels

    /// A value of the trunk as planes, at the class maps' size too where its own is another.
    private struct Tap {
        let map: BlockedMap
        let channels: Int
        let planes: FloatBuffer
        let resized: FloatBuffer?

        init(_ map: BlockedMap, channels: Int, grid: MapSize) {
            (self.map, self.channels) = (map, channels)
            planes = FloatBuffer(count: channels * map.size.count)
            resized = map.size == grid ? nil : FloatBuffer(count: channels * grid.count)
        }

        /// On the class maps' grid, [channels, cells].
        var values: UnsafeMutablePointer<Float> { (resized ?? planes).pointer }

        func fill(grid: MapSize, kernels: BlockedKernels) {
            map.copy(pixels: 0..<map.size.count, to: planes.pointer, channels: channels, kernels: kernels)
            guard let resized else { return }
            AlignedResize(from: map.size, to: grid).forward(planes.pointer, channels: channels, into: resized.pointer)
        }
    }

    /// - Precondition: the trunk reads the taps.
    init(_ trainable: TrainableNetwork, activations: Activations) {
        let (trunk, grid) = (trainable.trunk, activations.gridSize)
        let taps = trunk.taps.map { value in
            Tap(activations.maps[value]!, channels: trunk.channels(value), grid: grid)
        }
        (mid, late) = (taps[0], taps[1])
        correlation = PixelCorrelation(
            channels: PixelCorrelation.Channels(mid: taps[0].channels, late: taps[1].channels))
        self.activations = activations
        classCount = trainable.classCount
        refinedGradient = FloatBuffer(count: (1 + classCount) * grid.count)
        colours = FloatBuffer(count: 3 * grid.count)
        kernels = trunk.kernels
    }

    /// - Parameters:
    ///   - input: [3, size of the branch].
    ///   - logits: [classes, cells].
    func forward(_ input: UnsafePointer<Float>, logits: UnsafePointer<Float>, _ parameters: ParameterSet) {
        let grid = activations.gridSize
        AlignedResize(from: activations.inputSize, to: grid).forward(input, channels: 3, into: colours.pointer)
        for tap in [mid, late] { tap.fill(grid: grid, kernels: kernels) }
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
            colours: colours.pointer, mid: mid.values, late: late.values)
    }

    private func weights(_ parameters: ParameterSet) -> PixelCorrelation.Weights {
        PixelCorrelation.Weights(
            mid: parameters.pointer("pcm.mid.weight"), late: parameters.pointer("pcm.late.weight"),
            joint: parameters.pointer("pcm.joint.weight"))
    }
}
