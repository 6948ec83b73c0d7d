import CKernels
import Foundation
import Testing

@testable import Engine

/// The vectorised layers against their definitions, at sizes that are no multiple of any vector or tile.
struct LayerTests {
    private static func values(_ count: Int, _ seed: Float) -> [Float] {
        (0..<count).map { sin(Float($0) * 0.7 + seed) }
    }

    /// Direct "same" convolution, groups of one channel when `depthwise`.
    private static func reference(
        _ input: [Float], channels: Int, size: MapSize, weights: [Float], outputs: Int, kernel: Int, stride: Int,
        dilation: Int, bias: [Float], activation: Activation, depthwise: Bool
    ) -> [Float] {
        let vertical = SamePadding(input: size.height, kernel: kernel, stride: stride, dilation: dilation)
        let horizontal = SamePadding(input: size.width, kernel: kernel, stride: stride, dilation: dilation)
        var result: [Float] = []
        for output in 0..<outputs {
            for y in 0..<vertical.output {
                for x in 0..<horizontal.output {
                    var sum = Double(bias[output])
                    for channel in depthwise ? output..<output + 1 : 0..<channels {
                        for ky in 0..<kernel {
                            for kx in 0..<kernel {
                                let row = y * stride + ky * dilation - vertical.leading
                                let column = x * stride + kx * dilation - horizontal.leading
                                guard (0..<size.height).contains(row), (0..<size.width).contains(column) else {
                                    continue
                                }
                                let tap =
                                    ((depthwise ? output : output * channels + channel) * kernel + ky) * kernel + kx
                                sum +=
                                    Double(weights[tap])
                                    * Double(input[(channel * size.height + row) * size.width + column])
                            }
                        }
                    }
                    result.append(max(activation.low, min(activation.high, Float(sum))))
                }
            }
        }
        return result
    }

    private static func run(
        members: Int, scratch: Int, count: Int, _ layer: (UnsafeMutablePointer<Float>, LayerMember) -> Void
    ) -> [Float] {
        // One float more than the layer may write: it must stay as it is.
        let output = FloatBuffer([Float](repeating: .nan, count: count) + [77])
        let buffer = FloatBuffer(count: scratch)
        for index in 0..<members {
            layer(output.pointer, LayerMember(index: index, count: members, scratch: buffer.pointer))
        }
        #expect(output.values(count + 1).last == 77)
        return output.values(count)
    }

    static let sizes = [(1, 1), (1, 9), (5, 3), (7, 20), (13, 37), (24, 33)].map { MapSize(height: $0.0, width: $0.1) }
    static let filters = [
        (3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (5, 1, 2), (5, 1, 4), (4, 3, 1), (2, 2, 3),
    ]

    @Test(arguments: sizes, filters)
    func depthwise_equalsItsDefinition(_ size: MapSize, _ filter: (kernel: Int, stride: Int, dilation: Int)) {
        let channels = 3
        let (input, bias) = (LayerTests.values(channels * size.count, 1), LayerTests.values(channels, 3))
        let weights = LayerTests.values(channels * filter.kernel * filter.kernel, 2)
        let layer = DepthwiseConvolution(
            channels: channels, kernel: filter.kernel, stride: filter.stride, dilation: filter.dilation,
            weights: weights, bias: bias, activation: .relu6)
        let expected = LayerTests.reference(
            input, channels: channels, size: size, weights: weights, outputs: channels, kernel: filter.kernel,
            stride: filter.stride, dilation: filter.dilation, bias: bias, activation: .relu6, depthwise: true)
        for members in [1, 2] {
            let result = LayerTests.run(
                members: members, scratch: layer.scratchFloats(size), count: expected.count
            ) { layer.forward(input, size: size, into: $0, member: $1) }
            #expect(largestDifference(result, expected) < 1e-5)
        }
    }

    @Test(arguments: sizes, [(3, 1, 1), (3, 2, 1), (5, 2, 1), (1, 2, 1), (3, 1, 2), (5, 2, 3)])
    func convolution_equalsItsDefinition(_ size: MapSize, _ filter: (kernel: Int, stride: Int, dilation: Int)) {
        let (channels, outputs) = (3, 5)
        let (input, bias) = (LayerTests.values(channels * size.count, 1), LayerTests.values(outputs, 3))
        let weights = LayerTests.values(outputs * channels * filter.kernel * filter.kernel, 2)
        let layer = Convolution(
            inputChannels: channels, outputChannels: outputs, kernel: filter.kernel, stride: filter.stride,
            dilation: filter.dilation, weights: weights, bias: bias, activation: .relu6)
        let expected = LayerTests.reference(
            input, channels: channels, size: size, weights: weights, outputs: outputs, kernel: filter.kernel,
            stride: filter.stride, dilation: filter.dilation, bias: bias, activation: .relu6, depthwise: false)
        for members in [1, 3] {
            let result = LayerTests.run(
                members: members, scratch: layer.scratchFloats(size), count: expected.count
            ) { layer.forward(input, size: size, into: $0, member: $1) }
            #expect(largestDifference(result, expected) < 1e-5)
        }
    }

    @Test(arguments: [1, 17, 193, 1500], [true, false])
    func pointwise_equalsItsDefinition(_ pixels: Int, _ hasResidual: Bool) {
        let (channels, outputs) = (11, 7)
        let (input, bias) = (LayerTests.values(channels * pixels, 1), LayerTests.values(outputs, 3))
        let weights = LayerTests.values(outputs * channels, 2)
        let residual = LayerTests.values(outputs * pixels, 4)
        let layer = PointwiseConvolution(
            inputChannels: channels, outputChannels: outputs, weights: weights, bias: bias, activation: .identity)
        var expected = LayerTests.reference(
            input, channels: channels, size: MapSize(height: 1, width: pixels), weights: weights, outputs: outputs,
            kernel: 1, stride: 1, dilation: 1, bias: bias, activation: .identity, depthwise: false)
        if hasResidual { expected = zip(expected, residual).map(+) }
        for (members, split) in [
            (1, PointwiseConvolution.Split.longerSide), (2, .longerSide), (2, .channels), (5, .channels),
        ] {
            let result = residual.withUnsafeBufferPointer { added in
                LayerTests.run(members: members, scratch: 1, count: expected.count) {
                    layer.forward(
                        input, pixels: pixels, residual: hasResidual ? added.baseAddress : nil, into: $0, split: split,
                        member: $1)
                }
            }
            #expect(largestDifference(result, expected) < 1e-5)
        }
    }

    @Test(arguments: ["baseline", "avx2", "avx512"])
    func everyInstructionSetOfThisProcessor_computesTheSame(_ name: String) throws {
        // A set that the processor lacks has nothing to test here.
        guard let set = kernels_select(name) else { return }
        let size = MapSize(height: 19, width: 45)
        var shape = depthwise_shape(
            height: 19, width: 45, out_height: 10, out_width: 23, kernel: 5, stride: 2, dilation: 1, pad_top: 2,
            pad_left: 2, low: 0, high: 6)
        let (input, weights) = (LayerTests.values(size.count, 1), LayerTests.values(25, 2))
        let expected = LayerTests.reference(
            input, channels: 1, size: size, weights: weights, outputs: 1, kernel: 5, stride: 2, dilation: 1,
            bias: [0.25], activation: .relu6, depthwise: true)
        let result = LayerTests.run(
            members: 1, scratch: depthwise_scratch_floats(&shape), count: expected.count
        ) { output, member in
            withUnsafePointer(to: shape) { set.pointee.depthwise($0, input, weights, 0.25, output, member.scratch) }
        }
        #expect(largestDifference(result, expected) < 1e-5)
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
