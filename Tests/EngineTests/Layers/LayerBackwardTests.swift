import Foundation
import Testing

@testable import Engine

/// Every layer's gradients against finite differences of its definition.
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

    /// The gradients of a layer whose weights are [outputs, columns], each begun with ones: they are added to.
    private static func gradients(
        _ layout: GradientSums.Layout, _ fill: (GradientSums) -> Void
    ) -> (weights: [Float], bias: [Float]) {
        let buffer = FloatBuffer([Float](repeating: 1, count: layout.floats))
        let sums = GradientSums(layout, at: buffer.pointer)
        fill(sums)
        let weights = FloatBuffer([Float](repeating: -1, count: layout.outputs * layout.columns))
        let bias = FloatBuffer([Float](repeating: -1, count: layout.outputs))
        sums.addWeights(to: weights.pointer)
        sums.addBias(to: bias.pointer)
        return (weights.values(weights.count), bias.values(bias.count))
    }

    @Test(arguments: sizes, filters)
    func depthwise_equalsFiniteDifferences(_ size: MapSize, _ filter: (kernel: Int, stride: Int, dilation: Int)) {
        typealias Tests = LayerBackwardTests
        let taps = filter.kernel * filter.kernel
        for kernels in BlockedFixtures.kernelSets {
            // One block is full, the next holds two channels.
            let channels = kernels.lanes + 2
            let layer = DepthwiseConvolution(
                channels: channels, kernel: filter.kernel, stride: filter.stride, dilation: filter.dilation,
                weights: Tests.values(channels * taps, 2), bias: Tests.values(channels, 3), activation: .identity)
            let trainable = TrainableDepthwise(layer, kernels: kernels)
            let geometry = RingGeometry(trainable.filter, input: size, outputRows: size.height)
            let back = RingGeometry(gradientOf: geometry)
            let blocks = trainable.filter.blocks
            let input = Tests.values(channels * size.count, 1)
            let weighting = Tests.values(channels * geometry.output.count, 5)

            let source = BlockedFixtures.padded(input, channels: channels, geometry, blocks: blocks)
            let gradient = BlockedFixtures.padded(weighting, channels: channels, back, blocks: blocks)
            let zeroRow = FloatBuffer(count: max(geometry.row, back.row))
            let (result, resultBuffer) = BlockedFixtures.output(channels: channels, size: size, kernels: kernels)
            let found = Tests.gradients(trainable.gradientLayout) { sums in
                for block in 0..<blocks {
                    let maps = TrainableDepthwise.Maps(
                        geometry: geometry, input: source.pointer + block * geometry.block, gradientGeometry: back,
                        gradient: gradient.pointer + block * back.block)
                    // In two parts, as large maps are.
                    let middle = geometry.output.height / 2
                    trainable.addGradient(maps, block: block, rows: 0..<middle, to: sums)
                    trainable.addGradient(maps, block: block, rows: middle..<geometry.output.height, to: sums)
                    let half = size.height / 2
                    for rows in [0..<half, half..<size.height] {
                        trainable.inputGradient(
                            maps, block: block, rows: rows, zeroRow: zeroRow.pointer,
                            into: result.at(pixel: rows.lowerBound * size.width, block: block))
                    }
                }
            }
            #expect(BlockedFixtures.isUntouched(result, behind: channels))

            let planes = FloatBuffer(input)
            func forward() -> [Float] { layer.defined(planes.pointer, size: size) }
            let expectedInput = Tests.differences(of: planes, forward, weighting: weighting)
            let foundInput = BlockedFixtures.planes(result, channels: channels, kernels: kernels)
            withExtendedLifetime(resultBuffer) {}
            #expect(Tests.error(foundInput, expectedInput) < 1e-4)
            let expectedWeights = Tests.differences(of: layer.weights, forward, weighting: weighting)
            #expect(Tests.error(found.weights, expectedWeights) < 1e-4)
        }
    }

    @Test(arguments: sizes, [3, 5])
    func stem_equalsFiniteDifferences(_ size: MapSize, _ kernel: Int) {
        typealias Tests = LayerBackwardTests
        for kernels in BlockedFixtures.kernelSets {
            let (planes, outputs, taps) = (2, kernels.lanes + 3, kernel * kernel)
            let layer = Convolution(
                inputChannels: planes, outputChannels: outputs, kernel: kernel, stride: 2,
                weights: Tests.values(outputs * planes * taps, 2), bias: Tests.values(outputs, 3), activation: .identity
            )
            let trainable = TrainableStem(layer, kernels: kernels)
            let input = FloatBuffer(Tests.values(planes * size.count, 1))
            let output = layer.outputSize(size)
            let weighting = Tests.values(outputs * output.count, 5)
            let (gradient, gradientBuffer) = BlockedMap.allocated(
                channels: outputs, size: output, lanes: kernels.lanes)
            BlockedFixtures.fill(gradient, weighting, channels: outputs)
            let scratch = FloatBuffer(count: trainable.scratchFloats(pixels: output.count))
            let found = Tests.gradients(trainable.gradientLayout) { sums in
                for row in 0..<output.height {
                    trainable.addGradient(
                        input.pointer, size: size, rows: row..<row + 1,
                        gradient: gradient.part(pixel: row * output.width), outputs: 0..<2, to: sums,
                        scratch: scratch.pointer)
                }
            }
            withExtendedLifetime(gradientBuffer) {}

            func forward() -> [Float] { layer.defined(input.pointer, size: size) }
            let expected = Tests.differences(of: layer.weights, forward, weighting: weighting)
            #expect(Tests.error(found.weights, expected) < 1e-4)
        }
    }

    /// Against sums in double precision. Blocks are cut in two, as where they do not fit the cache.
    @Test(arguments: [1, 17, 250, 1500], [(3, 4), (35, 70), (96, 24)])
    func dense_equalsPlainSums(_ pixels: Int, _ shape: (channels: Int, outputs: Int)) {
        typealias Tests = LayerBackwardTests
        let (channels, outputs) = shape
        for kernels in BlockedFixtures.kernelSets {
            let layer = PointwiseConvolution(
                inputChannels: channels, outputChannels: outputs, weights: Tests.values(outputs * channels, 2),
                bias: Tests.values(outputs, 3), activation: .identity)
            let trainable = TrainableDense(layer, kernels: kernels)
            let size = MapSize(height: 1, width: pixels)
            let (input, weighting) = (Tests.values(channels * pixels, 1), Tests.values(outputs * pixels, 5))
            let (source, sourceBuffer) = BlockedMap.allocated(channels: channels, size: size, lanes: kernels.lanes)
            let (gradient, gradientBuffer) = BlockedMap.allocated(channels: outputs, size: size, lanes: kernels.lanes)
            let (result, resultBuffer) = BlockedMap.allocated(channels: channels, size: size, lanes: kernels.lanes)
            BlockedFixtures.fill(source, input, channels: channels)
            BlockedFixtures.fill(gradient, weighting, channels: outputs)
            let (inputs, blocks) = (trainable.transposed.blocks, trainable.product.blocks)
            let found = Tests.gradients(trainable.gradientLayout) { sums in
                for part in Set([0..<(blocks + 1) / 2, (blocks + 1) / 2..<blocks]) where !part.isEmpty {
                    for columns in Set([0..<(inputs + 1) / 2, (inputs + 1) / 2..<inputs]) where !columns.isEmpty {
                        TrainableDense.addGradient(
                            input: source.part(block: columns.lowerBound), inputs: columns,
                            gradient: gradient.part(block: part.lowerBound), outputs: part, rows: 1, width: pixels,
                            to: sums, kernels: kernels)
                    }
                    Activation.identity.gate(
                        gradient.part(block: part.lowerBound), gradient: gradient.at(pixel: 0, block: part.lowerBound),
                        gradientBlock: gradient.block, gradientRow: gradient.row, blocks: part, rows: 1, width: pixels,
                        sums: sums, kernels: kernels)
                }
            }
            trainable.transposed.run(
                gradient.part(), channels: 0..<outputs, start: .bias, output: result.pointer, outputBlock: result.block,
                outputRow: result.row, blocks: 0..<inputs, rows: 1, width: pixels)

            let expectedInput = Tests.sums(channels, pixels, over: outputs) { channel, pixel, output in
                (layer.weights.pointer[output * channels + channel], weighting[output * pixels + pixel])
            }
            let foundInput = BlockedFixtures.planes(result, channels: channels, kernels: kernels)
            #expect(Tests.error(foundInput, expectedInput) < 1e-5)
            let expectedWeights = Tests.sums(outputs, channels, over: pixels) { output, channel, pixel in
                (input[channel * pixels + pixel], weighting[output * pixels + pixel])
            }
            #expect(Tests.error(found.weights, expectedWeights) < 1e-4)
            let expectedBias = Tests.sums(outputs, 1, over: pixels) { output, _, pixel in
                (1, weighting[output * pixels + pixel])
            }
            #expect(Tests.error(found.bias, expectedBias) < 1e-4)
            withExtendedLifetime((sourceBuffer, gradientBuffer, resultBuffer)) {}
        }
    }

    private static func sums(
        _ rows: Int, _ columns: Int, over count: Int, _ factors: (Int, Int, Int) -> (Float, Float)
    ) -> [Float] {
        (0..<rows).flatMap { row in
            (0..<columns).map { column in
                Float(
                    (0..<count).reduce(0.0) { sum, index in
                        let (left, right) = factors(row, column, index)
                        return sum + Double(left) * Double(right)
                    })
            }
        }
    }

    @Test(arguments: [1, 16, 37], [Activation.relu6, .relu])
    func clampedLayers_passNoGradientWhereTheClampHolds(_ pixels: Int, _ activation: Activation) {
        for kernels in BlockedFixtures.kernelSets {
            let lanes = kernels.lanes
            let output = FloatBuffer(
                (0..<pixels * lanes).map { min(max(Float($0 % 5) * 2.5 - 2.5, 0), activation.high) })  // 0, 0, 2.5, 5, 6 or 7.5
            let gradient = FloatBuffer([Float](repeating: 3, count: output.count))
            let layout = GradientSums.Layout(outputs: lanes, inputs: 1, lanes: lanes)
            let buffer = FloatBuffer(count: layout.floats)
            let row = pixels * lanes
            activation.gate(
                BlockedDense.Part(pointer: output.pointer, block: row, row: row), gradient: gradient.pointer,
                gradientBlock: row, gradientRow: row, blocks: 0..<1, rows: 1, width: pixels,
                sums: GradientSums(layout, at: buffer.pointer), kernels: kernels)
            let expected = output.values(output.count).map { $0 > 0 && $0 < activation.high ? Float(3) : 0 }
            #expect(gradient.values(gradient.count) == expected)
            for lane in 0..<lanes {
                let sum = stride(from: lane, to: expected.count, by: lanes).reduce(Float(0)) { $0 + expected[$1] }
                #expect(GradientSums(layout, at: buffer.pointer).bias[lane] == sum)
            }
        }
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
    }
}
