import Foundation

/// Times a stack of equal 3x3 convolutions, each with bias and ReLU, as the late stages of a ResNet have them.
public final class ConvolutionBenchmark: Sendable {
    private let layers: [WinogradConvolution]
    private let size: MapSize
    private let team: ThreadTeam
    private let barrier: SpinBarrier
    /// [channels, height, width]
    private let input: FloatBuffer
    private let result: FloatBuffer
    /// What a layer reads and the next one writes, and the other way around.
    private let maps: [FloatBuffer]
    private let tiling: WinogradTiling
    /// Shared by all layers: transformed tiles, and sums of products.
    private let tiles: FloatBuffer
    private let sums: FloatBuffer

    public let channels: Int
    public var layerCount: Int { layers.count }
    /// Of the input and every output, in cells.
    public var height: Int { size.height }
    public var width: Int { size.width }

    /// With made-up values.
    public convenience init(channels: Int, height: Int, width: Int, dilation: Int, layers: Int, threads: Int) {
        var random = RandomStream(seed: 1, .initialisation)
        // Keeps activations in their range from layer to layer.
        let bound = (6 / Float(9 * channels)).squareRoot()
        self.init(
            shape: [1, channels, height, width],
            input: (0..<channels * height * width).map { _ in random.uniform(-1, 1) },
            weights: (0..<layers * channels * channels * 9).map { _ in random.uniform(-bound, bound) },
            bias: [Float](repeating: 0.1, count: layers * channels), dilation: dilation, threads: threads)
    }

    /// With the values of a file.
    /// - Parameter file: safetensors with `input` [1, channels, height, width], `weights`
    ///   [layers, channels, channels, 3, 3] and `bias` [layers, channels].
    public convenience init(contentsOf file: String, dilation: Int, threads: Int) throws(BenchmarkInputError) {
        let file = try BenchmarkInput(contentsOf: file)
        let (shape, input) = try file.tensor(
            "input", [("pictures", 1), ("channels", nil), ("height", nil), ("width", nil)])
        let channels = shape[1]
        let weights = try file.tensor(
            "weights", [("layers", nil), ("outputs", channels), ("inputs", channels), ("rows", 3), ("columns", 3)])
        let bias = try file.tensor("bias", [("layers", weights.shape[0]), ("channels", channels)])
        self.init(
            shape: shape, input: input, weights: weights.values, bias: bias.values, dilation: dilation,
            threads: threads)
    }

    private init(shape: [Int], input: [Float], weights: [Float], bias: [Float], dilation: Int, threads: Int) {
        let (channels, size) = (shape[1], MapSize(height: shape[2], width: shape[3]))
        let each = channels * channels * 9
        layers = (0..<bias.count / channels).map { layer in
            WinogradConvolution(
                Convolution(
                    inputChannels: channels, outputChannels: channels, kernel: 3, stride: 1, dilation: dilation,
                    weights: Array(weights[layer * each..<(layer + 1) * each]),
                    bias: Array(bias[layer * channels..<(layer + 1) * channels]), activation: .relu),
                kernels: .active)
        }
        self.channels = channels
        self.size = size
        self.input = FloatBuffer(input)
        team = ThreadTeam(size: threads)
        barrier = SpinBarrier(members: threads)
        result = FloatBuffer(count: input.count)
        maps = (0..<2).map { _ in
            FloatBuffer(
                count: BlockedMap.floats(channels: channels, size: size, lanes: BlockedKernels.active.lanes))
        }
        tiling = layers[0].tiling(size)
        let floats = layers[0].bufferFloats(tiling)
        tiles = FloatBuffer(count: floats.tiles)
        sums = FloatBuffer(count: floats.sums)
    }

    /// - Returns: seconds of each repetition of the whole stack, after a tenth as many that warm up caches and are not
    ///   counted.
    public func run(repetitions: Int) -> [Double] {
        Repetitions.seconds(repetitions, uncounted: max(1, repetitions / 10), pass)
    }

    /// What the stack gives, as a safetensors file: `output`, [1, channels, height, width].
    public func output() throws -> Data {
        pass()
        var writer = SafetensorsWriter()
        writer.append(
            "output", shape: [1, channels, height, width],
            values: result.values(input.count), as: .float32)
        return try writer.encoded()
    }

    /// From planes to planes, as others count it.
    private func pass() {
        team.run { [self] index in
            let member = LayerMember(index: index, count: team.size, scratch: result.pointer)
            var (read, written) = (map(0), map(1))
            read.fill(from: input.pointer, channels: channels, member: member)
            barrier.wait()
            for layer in layers {
                layer.run(
                    read, into: written, tiling: tiling, tiles: tiles.pointer, sums: sums.pointer, member: member,
                    barrier: barrier)
                swap(&read, &written)
            }
            // Row by row, as `fill`.
            for row in member.share(of: height) {
                read.copy(
                    pixels: row * width..<(row + 1) * width, to: result.pointer, channels: channels, kernels: .active)
            }
        }
    }

    private func map(_ index: Int) -> BlockedMap {
        BlockedMap(pointer: maps[index].pointer, size: size, lanes: BlockedKernels.active.lanes)
    }
}
