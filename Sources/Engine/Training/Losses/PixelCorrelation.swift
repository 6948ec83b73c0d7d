/// The pixel correlation module (PCM) of SEAM (CVPR 2020): class maps refined by the affinity of what the image and two
/// stages of the trunk show at each cell.
///
/// features = [colours; relu(M mid); relu(L late)], then `PixelAffinity` with the joint projection; all are 1x1
/// convolutions without bias. Neither the maps nor the trunk's features get a gradient.
///
/// One object a branch: the backward pass is that of the last forward pass.
///
/// `@unchecked Sendable`: used by one thread at a time.
final class PixelCorrelation: @unchecked Sendable {
    /// Channels everywhere: of the trunk's features, of their projections, and of the joint one.
    struct Channels: Equatable, Sendable {
        let mid: Int
        let late: Int
        var midProjection = 64
        var lateProjection = 128
        var joint = 192
        let colours = 3
        var features: Int { colours + midProjection + lateProjection }
    }

    /// What the module sees of an image, all on the grid of its class maps.
    struct Inputs {
        /// The network's input, resized with `AlignedResize`, [3, cells].
        let colours: UnsafePointer<Float>
        /// [mid, cells]
        let mid: UnsafePointer<Float>
        /// [late, cells]
        let late: UnsafePointer<Float>
    }

    struct Weights {
        /// [midProjection, mid]
        let mid: UnsafePointer<Float>
        /// [lateProjection, late]
        let late: UnsafePointer<Float>
        /// [joint, 3 + midProjection + lateProjection]
        let joint: UnsafePointer<Float>
    }

    /// Of the shapes of `Weights`.
    struct Gradients {
        let mid: UnsafeMutablePointer<Float>
        let late: UnsafeMutablePointer<Float>
        let joint: UnsafeMutablePointer<Float>
    }

    let channels: Channels
    private let affinity: PixelAffinity
    private var cells = 0
    private var classes = 0
    private var features = FloatBuffer(count: 0)
    private var maps = FloatBuffer(count: 0)

    /// The refined maps of the last forward pass, background first, [1 + classes, cells].
    private(set) var refined = FloatBuffer(count: 0)

    init(channels: Channels) {
        self.channels = channels
        affinity = PixelAffinity(inputChannels: channels.features, outputChannels: channels.joint)
    }

    /// Leaves its result in `refined`.
    /// - Parameter logits: of the classes, [classes, cells]
    func forward(logits: UnsafePointer<Float>, classes: Int, cells: Int, inputs: Inputs, weights: Weights) {
        if self.cells != cells || self.classes != classes {
            (self.cells, self.classes) = (cells, classes)
            features = FloatBuffer(count: channels.features * cells)
            maps = FloatBuffer(count: (1 + classes) * cells)
            refined = FloatBuffer(count: maps.count)
        }
        DominantMaps.forward(logits: logits, classes: classes, cells: cells, into: maps.pointer)
        features.pointer.update(from: inputs.colours, count: channels.colours * cells)
        let mid = features.pointer + channels.colours * cells
        let late = mid + channels.midProjection * cells
        project(inputs.mid, from: channels.mid, with: weights.mid, to: channels.midProjection, into: mid)
        project(inputs.late, from: channels.late, with: weights.late, to: channels.lateProjection, into: late)
        affinity.forward(
            features: features.pointer, cells: cells, projection: weights.joint, maps: maps.pointer,
            channels: 1 + classes, into: refined.pointer)
    }

    /// - Parameters:
    ///   - refinedGradient: dL/drefined, [1 + classes, cells]
    ///   - inputs: those of the forward pass, as `weights`.
    ///   - gradients: dL/dweights; added to.
    func backward(
        refinedGradient: UnsafePointer<Float>, inputs: Inputs, weights: Weights, gradients: Gradients
    ) {
        let featureGradient = FloatBuffer(count: features.count)
        affinity.backward(
            features: features.pointer, projection: weights.joint, maps: maps.pointer, channels: 1 + classes,
            refined: refined.pointer, refinedGradient: refinedGradient, projectionGradient: gradients.joint,
            featureGradient: featureGradient.pointer)
        for index in 0..<features.count where features.pointer[index] <= 0 { featureGradient.pointer[index] = 0 }
        let mid = featureGradient.pointer + channels.colours * cells
        let late = mid + channels.midProjection * cells
        accumulate(mid, channels: channels.midProjection, inputs.mid, channels.mid, into: gradients.mid)
        accumulate(late, channels: channels.lateProjection, inputs.late, channels.late, into: gradients.late)
    }

    /// output = relu(weights input)
    private func project(
        _ input: UnsafePointer<Float>, from inputs: Int, with weights: UnsafePointer<Float>, to outputs: Int,
        into output: UnsafeMutablePointer<Float>
    ) {
        GEMM.shared.multiply(
            m: outputs, n: cells, k: inputs, a: weights, lda: inputs, b: input, ldb: cells, c: output, ldc: cells)
        for index in 0..<outputs * cells { output[index] = max(0, output[index]) }
    }

    /// gradient += outputGradient input^T
    private func accumulate(
        _ outputGradient: UnsafePointer<Float>, channels outputs: Int, _ input: UnsafePointer<Float>, _ inputs: Int,
        into gradient: UnsafeMutablePointer<Float>
    ) {
        GEMM.shared.multiply(
            m: outputs, n: inputs, k: cells, a: outputGradient, lda: cells, b: input, ldb: cells, transposeB: true,
            beta: 1, c: gradient, ldc: inputs)
    }
}
