import Testing

@testable import Engine

/// Every operation's gradient against finite differences of its forward pass.
struct OperationGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let operation: NodeOperation
        var inputs = [[3, 9, 7]]
        var testDescription: String { "\(operation) of \(inputs)" }
    }

    private static func convolution(
        _ input: Int, _ output: Int, kernel: Int, stride: Int, dilation: Int, groups: Int,
        _ padding: ConvolutionShape.Padding
    ) -> Case {
        let shape = ConvolutionShape(
            inputChannels: input, outputChannels: output, kernel: kernel, stride: stride, dilation: dilation,
            groups: groups, padding: padding, hasBias: true)
        return Case(operation: .convolution(shape), inputs: [[input, 9, 7]])
    }

    static let cases = [
        convolution(3, 4, kernel: 3, stride: 1, dilation: 1, groups: 1, .fixed(1)),
        convolution(3, 2, kernel: 3, stride: 2, dilation: 1, groups: 1, .same),
        convolution(4, 4, kernel: 5, stride: 1, dilation: 2, groups: 4, .same),
        convolution(4, 6, kernel: 3, stride: 2, dilation: 2, groups: 2, .fixed(0)),
        convolution(3, 3, kernel: 1, stride: 3, dilation: 1, groups: 1, .fixed(2)),
        Case(operation: .batchNorm(BatchNormShape(channels: 3, epsilon: 1e-3))),
        Case(operation: .activation(.relu)), Case(operation: .activation(.relu6), inputs: [[3, 15, 7]]),
        Case(operation: .elu), Case(operation: .elu, inputs: [[11]]),
        Case(operation: .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1))),
        Case(operation: .meanOfPixels),
        Case(operation: .channelBias(ChannelBias(channels: 3))),
        Case(operation: .channelBias(ChannelBias(channels: 3)), inputs: [[3]]),
        Case(operation: .add, inputs: [[3, 4, 5], [3, 4, 5], [3, 4, 5]]),
        Case(operation: .concatenate, inputs: [[2, 4, 5], [1, 4, 5], [3, 4, 5]]),
        Case(operation: .dropout(Dropout(probability: 0.5))), Case(operation: .stopGradient),
        Case(operation: .resizeToGrid, inputs: [[2, 4, 5], [3, 9, 3]]),
        Case(operation: .backgroundAndDominant),
        Case(operation: .featureCorrelation, inputs: [[4, 3, 4], [2, 3, 4]]),
        Case(operation: .pairAffinity(PairAffinity(radius: 3)), inputs: [[3, 7, 8]]),
    ]

    @Test(arguments: cases)
    func gradient_isThatOfTheForwardPass(_ example: Case) throws {
        let definition = example.operation.definition
        try definition.check()
        #expect(definition.inputCounts.contains(example.inputs.count))
        var random = RandomStream(seed: 5, .initialisation)
        /// Floats apart from each other and from the bends of the activations, so that a small step crosses nothing.
        func tensor(_ extents: [Int], positive: Bool = false) throws -> Tensor {
            let shape = try Shape(extents)
            let values = random.permutation(of: shape.count).map { 0.21 + 0.025 * Float($0) }
            return Tensor(shape, values.map { positive || random.unit() < 0.5 ? $0 : -$0 })
        }
        let inputs = try example.inputs.map { try tensor($0) }
        let parameters = try definition.parameters.map { try tensor($0.shape, positive: $0.role == .variance) }
        let output = definition.forward(inputs, parameters)
        #expect(try definition.outputShape(inputs.map(\.shape)) == output.shape)
        let slope = try tensor(output.shape.extents)
        let made = definition.backward(inputs, parameters, output: output, gradient: slope)
        #expect(made.inputs.count == inputs.count)
        #expect(made.parameters.map(\.shape) == parameters.map(\.shape))

        let trained = definition.parameters.prefix { $0.role.isTrained }.count
        for statistic in made.parameters[trained...] { #expect(statistic.values.allSatisfy { $0 == 0 }) }
        func loss(_ inputs: [Tensor], _ parameters: [Tensor]) -> Double {
            LossFixtures.dot(definition.forward(inputs, parameters).values, slope.values)
        }
        for (index, gradient) in made.inputs.enumerated() {
            guard let gradient else { continue }
            #expect(gradient.shape == inputs[index].shape)
            let error = FiniteDifferences.relativeError(of: gradient.values, at: inputs[index].values, step: 1e-2) {
                var moved = inputs
                moved[index].values = $0
                return loss(moved, parameters)
            }
            #expect(error < 5e-3, "input \(index)")
        }
        for (index, gradient) in made.parameters[..<trained].enumerated() {
            let error = FiniteDifferences.relativeError(of: gradient.values, at: parameters[index].values, step: 1e-2) {
                var moved = parameters
                moved[index].values = $0
                return loss(inputs, moved)
            }
            #expect(error < 5e-3, "parameter \(index)")
        }
    }

    /// What PyTorch's code detaches.
    @Test func constants_passNoGradient() throws {
        let map = Tensor(try Shape([2, 3, 4]), (0..<24).map { Float($0) - 7 })
        for operation in [NodeOperation.stopGradient, .backgroundAndDominant] {
            let definition = operation.definition
            let output = definition.forward([map], [])
            #expect(definition.backward([map], [], output: output, gradient: output).inputs == [nil])
        }
        let grid = Tensor(zeros: try Shape([1, 6, 5]))
        let output = GridResize().forward([map, grid], [])
        #expect(GridResize().backward([map, grid], [], output: output, gradient: output).inputs[1] == nil)
    }
}
