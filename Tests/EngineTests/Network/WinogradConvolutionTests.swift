import TestSupport
import Testing

@testable import Engine

/// 3x3 convolutions with fewer products against the layer's definition.
struct WinogradConvolutionTests {
    @Test(
        arguments: [1, 2, 4], [(1, 1), (2, 3), (9, 21), (33, 40), (8, 2)].map { MapSize(height: $0.0, width: $0.1) })
    func everySizeAndDilation_givesWhatTheLayerGives(dilation: Int, size: MapSize) {
        let (layer, input) = Self.layer(inputs: 19, outputs: 40, size: size, dilation: dilation)
        let expected = layer.defined(input.pointer, size: size)

        let output = Self.run(layer, input, size: size, threads: 1)

        let scale = expected.reduce(0) { max($0, abs($1)) }
        #expect(largestDifference(output, expected) < 1e-5 * scale)
    }

    /// Tiles of so many channels that they are worked on in several chunks.
    @Test(arguments: [1, 2])
    func anyNumberOfThreads_givesTheSameBits(dilation: Int) {
        let size = MapSize(height: 21, width: 35)
        let (layer, input) = Self.layer(inputs: 700, outputs: 70, size: size, dilation: dilation)
        let outputs = [1, 2, 3].map { Self.run(layer, input, size: size, threads: $0) }
        #expect(outputs[0].contains { $0 > 0 })
        #expect(outputs[1] == outputs[0] && outputs[2] == outputs[0])
    }

    private static func layer(inputs: Int, outputs: Int, size: MapSize, dilation: Int) -> (Convolution, FloatBuffer) {
        var random = SeededRandom(seed: 5)
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let layer = Convolution(
            inputChannels: inputs, outputChannels: outputs, kernel: 3, stride: 1, dilation: dilation,
            weights: values(outputs * inputs * 9), bias: values(outputs), activation: .relu)
        return (layer, FloatBuffer(values(inputs * size.count)))
    }

    private static func run(_ layer: Convolution, _ input: FloatBuffer, size: MapSize, threads: Int) -> [Float] {
        let kernels = BlockedKernels.active
        let winograd = WinogradConvolution(layer, kernels: kernels)
        let tiling = winograd.tiling(size)
        let floats = winograd.bufferFloats(tiling)
        let (tiles, sums) = (FloatBuffer(count: floats.tiles), FloatBuffer(count: floats.sums))
        func buffer(_ channels: Int) -> FloatBuffer {
            FloatBuffer(count: BlockedMap.floats(channels: channels, size: size, lanes: kernels.lanes))
        }
        let (source, target) = (buffer(layer.inputChannels), buffer(layer.outputChannels))
        let output = FloatBuffer(count: layer.outputChannels * size.count)
        let barrier = SpinBarrier(members: threads)
        ThreadTeam(size: threads).run { index in
            let member = LayerMember(index: index, count: threads, scratch: output.pointer)
            let read = BlockedMap(pointer: source.pointer, size: size, lanes: kernels.lanes)
            let written = BlockedMap(pointer: target.pointer, size: size, lanes: kernels.lanes)
            read.fill(from: input.pointer, channels: layer.inputChannels, member: member)
            barrier.wait()
            winograd.run(
                read, into: written, tiling: tiling, tiles: tiles.pointer, sums: sums.pointer, member: member,
                barrier: barrier)
            written.copy(
                pixels: member.share(of: size.count), to: output.pointer, channels: layer.outputChannels,
                kernels: kernels)
        }
        return output.values(output.count)
    }
}
