import Foundation
import Testing

@testable import Engine

/// Every layer's gradients against finite differences of its own forward pass.
///
/// With inputs so small that no activation is near a kink the layers are linear in each single input and weight, so
/// central differences are exact but for rounding; the clamp has a test of its own.
struct LayerBackwardTests {
    private static func values(_ count: Int, _ seed: Float, scale: Float = 1) -> [Float] {
        (0..<count).map { scale * sin(Float($0) * 0.7 + seed) }
    }

    /// d(sum weighting * f(x))/dx, one element after the other.
    private static func differences(of values: FloatBuffer, _ value: () -> [Float], weighting: [Float]) -> [Float] {
        (0..<values.count).map { index in
            let (kept, step) = (values.pointer[index], Float(0.25))
            func objective(_ x: Float) -> Double {
                values.pointer[index] = x
                return zip(value(), weighting).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            defer { values.pointer[index] = kept }
            return Float((objective(kept + step) - objective(kept - step)) / Double(2 * step))
        }
    }

    /// Relative to the largest element.
    private static func error(_ found: [Float], _ expected: [Float]) -> Float {
        let scale = expected.map(abs).max() ?? 0
        return largestDifference(found, expected) / max(scale, 1e-6)
    }

    static let sizes = [(1, 1), (5, 3), (7, 20), (6, 33)].map { MapSize(height: $0.0, width: $0.1) }
    static let filters = [
        (3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (5, 1, 2), (5, 1, 4), (4, 3, 1), (2, 2, 3),
    ]

    @Test(arguments: sizes, filters)
    func depthwise_equalsFiniteDifferences(_ size: MapSize, _ filter: (kernel: Int, stride: Int, dilation: Int)) {
        let channels = 2
        let taps = filter.kernel * filter.kernel
        let layer = DepthwiseConvolution(
            channels: channels, kernel: filter.kernel, stride: filter.stride, dilation: filter.dilation,
            weights: LayerBackwardTests.values(channels * taps, 2), bias: LayerBackwardTests.values(channels, 3),
            activation: .identity)
        let outputs = channels * layer.outputSize(size).count
        let input = FloatBuffer(LayerBackwardTests.values(channels * size.count, 1))
        let scratch = FloatBuffer(count: max(layer.scratchFloats(size), layer.backwardScratchFloats(size)))
        let output = FloatBuffer(count: outputs)
        let weighting = LayerBackwardTests.values(outputs, 5)
        func forward() -> [Float] {
            layer.forward(
                input.pointer, size: size, into: output.pointer,
                member: LayerMember(index: 0, count: 1, scratch: scratch.pointer))
            return output.values(outputs)
        }
        _ = forward()
        // One float more than the layer may write: it must stay as it is.
        let inputGradient = FloatBuffer([Float](repeating: .nan, count: input.count) + [77])
        // Added to what is there.
        let weightGradient = FloatBuffer([Float](repeating: 1, count: channels * taps))
        let biasGradient = FloatBuffer([Float](repeating: 1, count: channels))
        layer.backward(
            input.pointer, size: size, output: output.pointer, outputGradient: weighting,
            inputGradient: inputGradient.pointer, weightGradient: weightGradient.pointer,
            biasGradient: biasGradient.pointer, scratch: scratch.pointer)

        typealias Tests = LayerBackwardTests
        #expect(inputGradient.values(input.count + 1).last == 77)
        let expectedInput = Tests.differences(of: input, forward, weighting: weighting)
        #expect(Tests.error(inputGradient.values(input.count), expectedInput) < 1e-4)
        let expectedWeights = Tests.differences(of: layer.weights, forward, weighting: weighting)
        #expect(Tests.error(weightGradient.values(channels * taps).map { $0 - 1 }, expectedWeights) < 1e-4)
        let expectedBias = Tests.differences(of: layer.bias, forward, weighting: weighting)
        #expect(Tests.error(biasGradient.values(channels).map { $0 - 1 }, expectedBias) < 1e-4)
    }

    @Test(arguments: sizes, [(3, 1), (3, 2), (5, 2), (1, 2)])
    func convolution_equalsFiniteDifferences(_ size: MapSize, _ filter: (kernel: Int, stride: Int)) {
        let (channels, outputs) = (2, 3)
        let taps = filter.kernel * filter.kernel
        let layer = Convolution(
            inputChannels: channels, outputChannels: outputs, kernel: filter.kernel, stride: filter.stride,
            weights: LayerBackwardTests.values(outputs * channels * taps, 2),
            bias: LayerBackwardTests.values(outputs, 3), activation: .identity)
        let count = outputs * layer.outputSize(size).count
        let input = FloatBuffer(LayerBackwardTests.values(channels * size.count, 1))
        let scratch = FloatBuffer(count: layer.scratchFloats(size))
        let output = FloatBuffer(count: count)
        let weighting = LayerBackwardTests.values(count, 5)
        func forward() -> [Float] {
            layer.forward(
                input.pointer, size: size, into: output.pointer,
                member: LayerMember(index: 0, count: 1, scratch: scratch.pointer))
            return output.values(count)
        }
        _ = forward()
        let gradient = FloatBuffer(weighting)
        let inputGradient = FloatBuffer([Float](repeating: .nan, count: input.count))
        let weightGradient = FloatBuffer([Float](repeating: 1, count: outputs * channels * taps))
        let biasGradient = FloatBuffer([Float](repeating: 1, count: outputs))
        layer.backward(
            input.pointer, size: size, output: output.pointer, outputGradient: gradient.pointer,
            inputGradient: inputGradient.pointer, weightGradient: weightGradient.pointer,
            biasGradient: biasGradient.pointer, scratch: scratch.pointer)

        typealias Tests = LayerBackwardTests
        let expectedInput = Tests.differences(of: input, forward, weighting: weighting)
        #expect(Tests.error(inputGradient.values(input.count), expectedInput) < 1e-4)
        let expectedWeights = Tests.differences(of: layer.weights, forward, weighting: weighting)
        #expect(Tests.error(weightGradient.values(weightGradient.count).map { $0 - 1 }, expectedWeights) < 1e-4)
        let expectedBias = Tests.differences(of: layer.bias, forward, weighting: weighting)
        #expect(Tests.error(biasGradient.values(outputs).map { $0 - 1 }, expectedBias) < 1e-4)
    }

    @Test(arguments: [1, 17, 250, 1500], [true, false])
    func pointwise_equalsFiniteDifferences(_ pixels: Int, _ accumulates: Bool) {
        let (channels, outputs) = (3, 4)
        let layer = PointwiseConvolution(
            inputChannels: channels, outputChannels: outputs,
            weights: LayerBackwardTests.values(outputs * channels, 2), bias: LayerBackwardTests.values(outputs, 3),
            activation: .identity)
        let input = FloatBuffer(LayerBackwardTests.values(channels * pixels, 1))
        let output = FloatBuffer(count: outputs * pixels)
        let weighting = LayerBackwardTests.values(outputs * pixels, 5)
        func forward() -> [Float] {
            layer.forward(
                input.pointer, pixels: pixels, residual: nil, into: output.pointer, split: .longerSide,
                member: LayerMember(index: 0, count: 1, scratch: output.pointer))
            return output.values(outputs * pixels)
        }
        _ = forward()
        let gradient = FloatBuffer(weighting)
        let inputGradient = FloatBuffer([Float](repeating: accumulates ? 1 : .nan, count: input.count))
        let weightGradient = FloatBuffer([Float](repeating: 1, count: outputs * channels))
        let biasGradient = FloatBuffer([Float](repeating: 1, count: outputs))
        layer.backward(
            input.pointer, output: output.pointer, outputGradient: gradient.pointer, pixels: pixels,
            inputGradient: inputGradient.pointer, accumulates: accumulates, weightGradient: weightGradient.pointer,
            biasGradient: biasGradient.pointer)

        typealias Tests = LayerBackwardTests
        // Every pixel is like every other: the first ones are enough for the input.
        let expectedInput = (0..<channels).flatMap { channel in
            (0..<pixels).map { pixel in
                (0..<outputs).reduce(Float(0)) {
                    $0 + layer.weights.pointer[$1 * channels + channel] * weighting[$1 * pixels + pixel]
                }
            }
        }
        let found = inputGradient.values(input.count).map { accumulates ? $0 - 1 : $0 }
        #expect(Tests.error(found, expectedInput) < 1e-4)
        let expectedWeights = Tests.differences(of: layer.weights, forward, weighting: weighting)
        #expect(Tests.error(weightGradient.values(weightGradient.count).map { $0 - 1 }, expectedWeights) < 1e-3)
        let expectedBias = Tests.differences(of: layer.bias, forward, weighting: weighting)
        #expect(Tests.error(biasGradient.values(outputs).map { $0 - 1 }, expectedBias) < 1e-3)
    }

    @Test(arguments: [1, 16, 37], [Activation.relu6, .relu])
    func clampedLayers_passNoGradientWhereTheClampHolds(_ pixels: Int, _ activation: Activation) {
        let layer = PointwiseConvolution(
            inputChannels: 1, outputChannels: 1, weights: [1], bias: [0], activation: activation)
        let input = (0..<pixels).map { Float($0 % 5) * 2.5 - 2.5 }  // -2.5, 0, 2.5, 5, 7.5
        let output = FloatBuffer(count: pixels)
        layer.forward(
            input, pixels: pixels, residual: nil, into: output.pointer, split: .longerSide,
            member: LayerMember(index: 0, count: 1, scratch: output.pointer))
        let gradient = FloatBuffer([Float](repeating: 3, count: pixels))
        let inputGradient = FloatBuffer(count: pixels)
        let (weightGradient, biasGradient) = (FloatBuffer(count: 1), FloatBuffer(count: 1))
        layer.backward(
            input, output: output.pointer, outputGradient: gradient.pointer, pixels: pixels,
            inputGradient: inputGradient.pointer, weightGradient: weightGradient.pointer,
            biasGradient: biasGradient.pointer)
        let expected = input.map { $0 > 0 && ($0 < 6 || activation == .relu) ? Float(3) : 0 }
        #expect(inputGradient.values(pixels) == expected)
        #expect(biasGradient.pointer[0] == expected.reduce(0, +))

        let depthwise = DepthwiseConvolution(
            channels: 1, kernel: 1, stride: 1, dilation: 1, weights: [1], bias: [0], activation: activation)
        let size = MapSize(height: 1, width: pixels)
        let scratch = FloatBuffer(count: depthwise.backwardScratchFloats(size))
        depthwise.backward(
            input, size: size, output: output.pointer, outputGradient: [Float](repeating: 3, count: pixels),
            inputGradient: inputGradient.pointer, weightGradient: weightGradient.pointer,
            biasGradient: biasGradient.pointer, scratch: scratch.pointer)
        #expect(inputGradient.values(pixels) == expected)
    }

    @Test func batchNorm_equalsFiniteDifferences_andFoldedConvolution() {
        let (channels, pixels) = (3, 7)
        let gamma = FloatBuffer([2, 0.5, -1])
        let beta = FloatBuffer([1, -1, 0])
        let input = FloatBuffer(LayerBackwardTests.values(channels * pixels, 1))
        func norm() -> BatchNorm {
            BatchNorm(
                gamma: gamma.values(3), beta: beta.values(3), mean: [0.25, 3, -1], variance: [4, 0.25, 1],
                epsilon: 1e-3)
        }
        func forward() -> [Float] {
            let output = FloatBuffer(input.values(input.count))
            norm().forward(output.pointer, pixels: pixels)
            return output.values(output.count)
        }
        let weighting = LayerBackwardTests.values(channels * pixels, 5)
        let gradient = FloatBuffer(weighting)
        let (gammaGradient, betaGradient) = (FloatBuffer(count: 3), FloatBuffer(count: 3))
        norm().backward(
            input.pointer, gradient: gradient.pointer, pixels: pixels, gammaGradient: gammaGradient.pointer,
            betaGradient: betaGradient.pointer)
        typealias Tests = LayerBackwardTests
        for (found, buffer) in [(gradient, input), (gammaGradient, gamma), (betaGradient, beta)] {
            let expected = Tests.differences(of: buffer, forward, weighting: weighting)
            #expect(Tests.error(found.values(buffer.count), expected) < 1e-4)
        }
    }

    @Test func elu_equalsFiniteDifferences() {
        let input = FloatBuffer([-3, -1, -0.25, 0.25, 1, 3])
        func forward() -> [Float] {
            var values = input.values(input.count)
            values.withUnsafeMutableBufferPointer { ELU.forward($0) }
            return values
        }
        let weighting = LayerBackwardTests.values(input.count, 5)
        var gradient = weighting
        forward().withUnsafeBufferPointer { output in
            gradient.withUnsafeMutableBufferPointer { ELU.backward(output: output, gradient: $0) }
        }
        for index in input.values(input.count).indices {
            let (kept, step) = (input.pointer[index], Float(1e-2))
            input.pointer[index] = kept + step
            let above = forward()[index]
            input.pointer[index] = kept - step
            let expected = weighting[index] * (above - forward()[index]) / (2 * step)
            input.pointer[index] = kept
            #expect(abs(gradient[index] - expected) < 1e-4)
        }
    }

    @Test func dropout_dropsWholeChannels_andKeepsTheMean() {
        var random = RandomStream(seed: 1, .dropout)
        let dropout = Dropout2D(channels: 4000, probability: 0.25, random: &random)
        let dropped = dropout.factors.filter { $0 == 0 }.count
        #expect((900...1100).contains(dropped))
        #expect(dropout.factors.allSatisfy { $0 == 0 || abs($0 - 1 / 0.75) < 1e-6 })
        let values = FloatBuffer([Float](repeating: 1, count: 8000))
        dropout.backward(values.pointer, cells: 2)
        #expect(values.values(8000) == dropout.factors.flatMap { [$0, $0] })
    }
}
