import Foundation
import Testing

@testable import Engine

/// Every operation's gradient against finite differences of its forward pass.
struct OperationGradientTests {
    private static func convolution(
        _ input: Int, _ output: Int, kernel: Int, stride: Int, dilation: Int, groups: Int,
        _ padding: ConvolutionShape.Padding
    ) -> NodeOperation {
        .convolution(
            ConvolutionShape(
                inputChannels: input, outputChannels: output, kernel: kernel, stride: stride, dilation: dilation,
                groups: groups, padding: padding, hasBias: true))
    }

    static let operations: [NodeOperation] = [
        convolution(3, 4, kernel: 3, stride: 1, dilation: 1, groups: 1, .fixed(1)),
        convolution(3, 2, kernel: 3, stride: 2, dilation: 1, groups: 1, .same),
        convolution(4, 4, kernel: 5, stride: 1, dilation: 2, groups: 4, .same),
        convolution(4, 6, kernel: 3, stride: 2, dilation: 2, groups: 2, .fixed(0)),
        convolution(3, 3, kernel: 1, stride: 3, dilation: 1, groups: 1, .fixed(2)),
        .batchNorm(BatchNormShape(channels: 3, epsilon: 1e-3)), .activation(.relu), .activation(.relu6),
        .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1)), .meanOfPixels,
        .channelBias(ChannelBias(channels: 3)), .add, .dropout(Dropout(probability: 0.5)),
    ]

    @Test(arguments: operations)
    func gradient_isThatOfTheForwardPass(_ operation: NodeOperation) throws {
        let definition = operation.definition
        try definition.check()
        var random = RandomStream(seed: 5, .initialisation)
        func tensor(_ shape: [Int], positive: Bool = false) throws -> Tensor {
            let shape = try Shape(shape)
            // Apart from each other and from the bends of the activations, so that a small step crosses nothing.
            var places = Array(0..<shape.count)
            for place in places.indices { places.swapAt(place, Int(random.unit() * Float(place + 1))) }
            return Tensor(
                shape,
                places.map { place in
                    let value = 0.2 + 0.025 * Float(place)
                    return positive || random.unit() < 0.5 ? value : -value
                })
        }
        let channels = if case .convolution(let shape) = operation { shape.inputChannels } else { 3 }
        let inputs = try (0..<definition.inputCounts.lowerBound).map { _ in try tensor([channels, 9, 7]) }
        let parameters = try definition.parameters.map { try tensor($0.shape, positive: $0.role == .variance) }
        let output = definition.forward(inputs, parameters)
        #expect(try definition.outputShape(inputs.map(\.shape)) == output.shape)
        let slope = try tensor(output.shape.extents)
        let made = definition.backward(inputs, parameters, output: output, gradient: slope)
        #expect(made.inputs.map(\.shape) == inputs.map(\.shape))
        #expect(made.parameters.map(\.shape) == parameters.map(\.shape))

        func loss(_ inputs: [Tensor], _ parameters: [Tensor]) -> Double {
            var sum = 0.0
            for (value, slope) in zip(definition.forward(inputs, parameters).values, slope.values) {
                sum += Double(value) * Double(slope)
            }
            return sum
        }
        let step: Float = 1e-2
        func check(_ tensors: [Tensor], _ gradients: [Tensor], _ loss: ([Tensor]) -> Double) {
            for (index, gradient) in gradients.enumerated() {
                let scale = max(1, gradient.values.map(abs).max() ?? 0)
                for place in stride(from: 0, to: gradient.values.count, by: max(1, gradient.values.count / 40)) {
                    let differences = [step, -step].map { step in
                        var moved = tensors
                        moved[index].values[place] += step
                        return loss(moved)
                    }
                    let expected = Float((differences[0] - differences[1]) / Double(2 * step))
                    #expect(abs(expected - gradient.values[place]) < 5e-3 * scale, "tensor \(index), \(place)")
                }
            }
        }
        check(inputs, made.inputs) { loss($0, parameters) }
        let trained = definition.parameters.prefix { $0.role.isTrained }.count
        check(parameters, Array(made.parameters[..<trained])) { loss(inputs, $0) }
        for statistic in made.parameters[trained...] { #expect(statistic.values.allSatisfy { $0 == 0 }) }
    }
}
