import Foundation
import Testing

@testable import Engine

/// The layers over channel-blocked maps against their definitions, at sizes that are no multiple of any vector or tile,
/// with every instruction set of this processor.
struct LayerTests {
    private static func values(_ count: Int, _ seed: Float) -> [Float] {
        (0..<count).map { sin(Float($0) * 0.7 + seed) }
    }

    static let sizes = [(1, 1), (1, 9), (5, 3), (7, 20), (13, 37), (24, 33)].map { MapSize(height: $0.0, width: $0.1) }
    static let filters = [
        (3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (5, 1, 2), (5, 1, 4), (4, 3, 1), (2, 2, 3),
    ]

    @Test(arguments: sizes, filters)
    func depthwise_equalsItsDefinition(_ size: MapSize, _ filter: (kernel: Int, stride: Int, dilation: Int)) {
        for kernels in BlockedFixtures.kernelSets {
            // One block is full, the next holds two channels.
            let channels = kernels.lanes + 2
            let input = LayerTests.values(channels * size.count, 1)
            let layer = DepthwiseConvolution(
                channels: channels, kernel: filter.kernel, stride: filter.stride, dilation: filter.dilation,
                weights: LayerTests.values(channels * filter.kernel * filter.kernel, 2),
                bias: LayerTests.values(channels, 3), activation: .relu6)
            let packed = BlockedDepthwise(layer, kernels: kernels)
            let geometry = RingGeometry(packed, input: size, outputRows: size.height)
            let source = BlockedFixtures.padded(input, channels: channels, geometry, blocks: packed.blocks)
            let zeroRow = FloatBuffer(count: geometry.row)
            let (output, buffer) = BlockedFixtures.output(channels: channels, size: geometry.output, kernels: kernels)
            for block in 0..<packed.blocks {
                // In two parts, as large maps are.
                let middle = geometry.output.height / 2
                for rows in [0..<middle, middle..<geometry.output.height] {
                    packed.run(
                        source.pointer + block * geometry.block, geometry, zeroRow: zeroRow.pointer, block: block,
                        rows: rows, output: output.at(pixel: rows.lowerBound * geometry.output.width, block: block))
                }
            }
            let result = BlockedFixtures.planes(output, channels: channels, kernels: kernels)
            #expect(largestDifference(result, layer.defined(input, size: size)) < 1e-5)
            #expect(BlockedFixtures.isUntouched(output, behind: channels))
            withExtendedLifetime(buffer) {}
        }
    }

    @Test(arguments: sizes, [3, 5])
    func stem_equalsItsDefinition(_ size: MapSize, _ kernel: Int) {
        for kernels in BlockedFixtures.kernelSets {
            let (planes, outputs) = (3, kernels.lanes + 3)
            let layer = Convolution(
                inputChannels: planes, outputChannels: outputs, kernel: kernel, stride: 2,
                weights: LayerTests.values(outputs * planes * kernel * kernel, 2), bias: LayerTests.values(outputs, 3),
                activation: .relu6)
            let stem = BlockedStem(layer, kernels: kernels)
            let input = FloatBuffer(LayerTests.values(planes * size.count, 1))
            // The stem writes where the depthwise layer behind it reads.
            let filter = DepthwiseConvolution(
                channels: outputs, kernel: 3, stride: 1, dilation: 1, weights: LayerTests.values(outputs * 9, 4),
                bias: LayerTests.values(outputs, 5), activation: .identity)
            let ring = RingGeometry(
                BlockedDepthwise(filter, kernels: kernels), input: layer.outputSize(size), outputRows: size.height)
            let rows = FloatBuffer(count: 2 * ring.block)
            let scratch = FloatBuffer(count: stem.scratchFloats(outputWidth: ring.input.width))
            stem.run(
                BlockedMap(pointer: input.pointer, size: size, lanes: kernels.lanes), rows: 0..<ring.input.height,
                blocks: 0..<2, ring: ring, into: rows.pointer, scratch: scratch.pointer)
            let expected = BlockedFixtures.padded(
                layer.defined(input.pointer, size: size), channels: outputs, ring, blocks: 2)
            for channel in 0..<outputs {
                for row in 0..<ring.input.height {
                    let start = channel / kernels.lanes * ring.block + ring.offset(ofRow: row) + channel % kernels.lanes
                    let worst = (0..<ring.input.width).map { x in
                        abs(rows.pointer[start + x * kernels.lanes] - expected.pointer[start + x * kernels.lanes])
                    }.max()
                    #expect(worst! < 1e-5)
                }
            }
        }
    }

    @Test(arguments: [1, 17, 193, 1500], [true, false])
    func pointwise_equalsItsDefinition(_ pixels: Int, _ hasResidual: Bool) {
        let size = MapSize(height: 1, width: pixels)
        for kernels in BlockedFixtures.kernelSets {
            let (channels, outputs) = (11, 2 * kernels.lanes + 7)
            let input = LayerTests.values(channels * pixels, 1)
            let layer = PointwiseConvolution(
                inputChannels: channels, outputChannels: outputs, weights: LayerTests.values(outputs * channels, 2),
                bias: LayerTests.values(outputs, 3), activation: .identity)
            let added = LayerTests.values(outputs * pixels, 4)
            let (source, sourceBuffer) = BlockedMap.allocated(channels: channels, size: size, lanes: kernels.lanes)
            let (residual, residualBuffer) = BlockedMap.allocated(channels: outputs, size: size, lanes: kernels.lanes)
            let (output, buffer) = BlockedFixtures.output(channels: outputs, size: size, kernels: kernels)
            BlockedFixtures.fill(source, input, channels: channels)
            BlockedFixtures.fill(residual, added, channels: outputs)
            let packed = BlockedDense(layer, kernels: kernels)
            packed.run(
                source.part(), channels: 0..<channels, start: hasResidual ? .biasAnd(residual.part()) : .bias,
                output: output.pointer, outputBlock: output.block, outputRow: output.row, blocks: 0..<packed.blocks,
                rows: 1, width: pixels)
            let sums = layer.defined(input, pixels: pixels)
            let expected = hasResidual ? zip(sums, added).map(+) : sums
            let result = BlockedFixtures.planes(output, channels: outputs, kernels: kernels)
            #expect(largestDifference(result, expected) < 1e-5)
            #expect(BlockedFixtures.isUntouched(output, behind: outputs))
            withExtendedLifetime((sourceBuffer, residualBuffer, buffer)) {}
        }
    }

    @Test func foldedBatchNorm_equalsNormAfterConvolution() {
        let norm = BatchNorm(gamma: [2, 0.5], beta: [1, -1], mean: [0.25, 3], variance: [4, 0.25], epsilon: 1e-3)
        let folded = norm.folded(into: [1, 2, 3, 4])
        for channel in 0..<2 {
            let sum: Float = 3 * [1, 3][channel] + 5 * [2, 4][channel]
            let expected =
                norm.gamma[channel] * (sum - norm.mean[channel]) / (norm.variance[channel] + 1e-3).squareRoot()
                + norm.beta[channel]
            let result = 3 * folded.weights[channel * 2] + 5 * folded.weights[channel * 2 + 1] + folded.bias[channel]
            #expect(abs(result - expected) < 1e-4)
        }
    }
}
