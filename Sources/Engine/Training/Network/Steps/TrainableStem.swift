/// The network's first convolution: forward from a picture's planes, and the gradient of its weights. Nobody asks for the
/// picture's.
struct TrainableStem: Sendable {
    let stem: BlockedStem
    let layer: Convolution
    private let kernels: BlockedKernels

    init(_ layer: Convolution, kernels: BlockedKernels = .active) {
        self.layer = layer
        self.kernels = kernels
        stem = BlockedStem(layer, kernels: kernels)
    }

    /// Takes over the layer's weights as they are now.
    func pack() { stem.pack(layer) }

    var activation: Activation { layer.activation }

    private var patch: Int { layer.inputChannels * layer.kernel * layer.kernel }
    private var patchBlocks: Int { BlockedMap.blocks(patch, lanes: kernels.lanes) }

    var gradientLayout: GradientSums.Layout {
        GradientSums.Layout(outputs: layer.outputChannels, inputs: patch, lanes: kernels.lanes)
    }

    /// Floats that `addGradient` needs for so many pixels.
    func scratchFloats(pixels: Int) -> Int { patchBlocks * pixels * kernels.lanes }

    /// Adds what these output rows give.
    /// - Parameters:
    ///   - planes: [3, size.height, size.width]
    ///   - gradient: of these rows of `outputs`, blocks of channels, before the activation.
    func addGradient(
        _ planes: UnsafePointer<Float>, size: MapSize, rows: Range<Int>, gradient: BlockedDense.Part,
        outputs: Range<Int>, to sums: GradientSums, scratch: UnsafeMutablePointer<Float>
    ) {
        let width = size.strided(by: layer.stride).width
        let patches = BlockedMap(
            pointer: scratch, size: MapSize(height: rows.count, width: width), lanes: kernels.lanes)
        unroll(planes, size: size, rows: rows, into: patches)
        TrainableDense.addGradient(
            input: patches.part(), inputs: 0..<patchBlocks, gradient: gradient,
            outputs: outputs, rows: rows.count, width: width,
            to: sums, kernels: kernels)
    }

    /// Channel (plane, ky, kx) of an output pixel is the input pixel that this tap reads there, zero outside the picture.
    private func unroll(_ planes: UnsafePointer<Float>, size: MapSize, rows: Range<Int>, into patches: BlockedMap) {
        let (kernel, stride, lanes, width) = (layer.kernel, layer.stride, kernels.lanes, patches.size.width)
        let top = SamePadding(input: size.height, kernel: kernel, stride: stride, dilation: layer.dilation).leading
        let left = SamePadding(input: size.width, kernel: kernel, stride: stride, dilation: layer.dilation).leading
        patches.pointer.update(repeating: 0, count: patchBlocks * patches.block)
        for channel in 0..<patch {
            let (plane, tap) = (channel / (kernel * kernel), channel % (kernel * kernel))
            let (ky, kx) = (tap / kernel * layer.dilation, tap % kernel * layer.dilation)
            // 0 <= x * stride + kx - left < size.width.
            let first = min(width, max(0, (left - kx + stride - 1) / stride))
            let reach = size.width - 1 + left - kx
            let last = reach < 0 ? first : min(width, max(first, reach / stride + 1))
            for (index, row) in rows.enumerated() {
                let y = row * stride + ky - top
                guard (0..<size.height).contains(y) else { continue }
                let target = patches.at(pixel: index * width, block: channel / lanes) + channel % lanes
                let source = planes + plane * size.count + y * size.width + kx - left
                for x in first..<last { target[x * lanes] = source[x * stride] }
            }
        }
    }
}
