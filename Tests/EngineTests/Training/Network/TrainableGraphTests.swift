import TestSupport
import Testing

@testable import Engine

/// Networks in training against their graphs run as they are defined.
struct TrainableGraphTests {
    /// Slopes that do not depend on the features, so that both sides begin with the same.
    private static func slopes(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 31 + 7) % 23) / 11 - 1 } }

    /// - Returns: the largest difference of features and of gradients, relative to the largest element of each tensor.
    private func compare(
        _ graph: NetworkGraph, from output: String = NetworkGraph.Output.features, _ size: MapSize,
        kernels: BlockedKernels = .active
    ) throws -> (features: Float, gradients: Float) {
        let (parameters, input) = (RandomParameters(graph), RandomParameters.input(size))
        let found = try TrunkPass(graph, from: output, parameters, image: input, size, kernels: kernels) {
            TrainableGraphTests.slopes($0.count)
        }
        let interpreter = try parameters.interpreter(graph)
        let pass = try interpreter.forward(input, rows: size.height, columns: size.width)
        let value = try graph.output(output)
        let expected = interpreter.backward(
            pass, from: [value: Tensor(pass[value].shape, TrainableGraphTests.slopes(pass[value].values.count))]
        ).parameters
        #expect(!expected.isEmpty)
        var worst: Float = 0
        for (name, gradient) in expected {
            let error = relativeDifference(try #require(found.gradients[name], "\(name)"), gradient)
            #expect(error < 1e-3, "\(name)")
            worst = max(worst, error)
        }
        return (relativeDifference(found.features, pass[value].values), worst)
    }

    static let networks: [(String, Int, Int, Int)] = [
        ("efficientnet-lite0", 16, 50, 65), ("efficientnet-lite0", 8, 33, 17), ("resnet18", 32, 65, 50),
        ("resnet18", 8, 33, 47), ("resnet50", 16, 40, 33), ("resnet50-irn", 16, 31, 40),
        ("resnext50-32x4d", 16, 33, 40), ("resnet38", 8, 16, 17),
    ]

    @Test(arguments: networks)
    func everyArchitecture_hasTheGradientsOfItsGraph(
        _ name: String, _ outputStride: Int, _ height: Int, _ width: Int
    ) throws {
        let graph = try #require(Architectures.named(name)).graph(outputStride: outputStride, classes: 3, bias: false)
        let errors = try compare(graph, MapSize(height: height, width: width))
        #expect(errors.features < 1e-4)
        print("training \(name) at stride \(outputStride): features \(errors.features), gradients \(errors.gradients)")
    }

    /// Any convolution, with a norm before it, pools, and values that several layers read.
    private func graph(_ kernel: Int, _ stride: Int, _ dilation: Int, _ groups: Int) throws -> NetworkGraph {
        var builder = GraphBuilder()
        let first = builder.convolution(.image, "first", 24, kernel: 3, bias: true)
        let normed = builder.norm(first, .init(name: "before"))
        let active = builder.activation(normed, .relu, after: "before")
        let skip = builder.convolution(active, "skip", 48, kernel: 1, stride: stride, padding: .fixed(0))
        let value = builder.convolution(
            active, "second", 48, kernel: kernel, stride: stride, dilation: dilation, groups: groups,
            padding: .fixed((kernel - 1) * dilation / 2), bias: true, norm: .init(name: "norm"))
        let sum = builder.activation(builder.sum("sum", skip, value), .relu6, after: "sum")
        let pooled = builder.add(
            "pool", .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1)), [sum], channels: 48)
        let again = builder.convolution(pooled, "again", 48, norm: .init(name: "again.norm"))
        let both = builder.sum("both", builder.sum("again.sum", again, pooled), pooled)
        let elu = builder.add("elu", .elu, [builder.norm(both, .init(name: "last"))], channels: 48)
        builder.classLayer(elu, "fc", classes: 3, bias: false)
        return try builder.graph()
    }

    @Test(arguments: CompiledNetworkTests.convolutions)
    func anyConvolution_hasTheGradientThatItIsDefinedToHave(
        _ kernel: Int, _ stride: Int, _ dilation: Int, _ groups: Int
    ) throws {
        let graph = try graph(kernel, stride, dilation, groups)
        for size in [MapSize(height: 19, width: 23), MapSize(height: 40, width: 7)] {
            let errors = try compare(graph, size)
            #expect(errors.features < 1e-4)
        }
    }

    /// Of uneven padding, and where the last columns are read by no tap.
    @Test(arguments: [ConvolutionShape.Padding.same, .fixed(0), .fixed(4)], [2, 3])
    func anyPadding_hasItsGradient(_ padding: ConvolutionShape.Padding, _ stride: Int) throws {
        var builder = GraphBuilder()
        let first = builder.convolution(.image, "first", 20, kernel: 3, activation: .relu)
        let value = builder.convolution(first, "second", 40, kernel: 4, stride: stride, padding: padding)
        builder.classLayer(value, "fc", classes: 2, bias: false)
        for side in 11...14 {
            #expect(try compare(builder.graph(), MapSize(height: side, width: 25 - side)).features < 1e-4)
        }
    }

    /// Both use fused multiply-adds in the same order: a run can be had again on another processor.
    @Test(arguments: [(3, 2, 1, 1), (3, 1, 2, 4), (1, 2, 1, 1), (5, 1, 1, 24)])
    func widthOfTheVectors_changesNoBitOfAGradient(
        _ kernel: Int, _ stride: Int, _ dilation: Int, _ groups: Int
    ) throws {
        guard let narrow = BlockedKernels(named: "avx2"), let wide = BlockedKernels(named: "avx512") else { return }
        let (graph, size) = (try graph(kernel, stride, dilation, groups), MapSize(height: 25, width: 34))
        let passes = try [narrow, wide].map { kernels in
            try TrunkPass(
                graph, RandomParameters(graph), image: RandomParameters.input(size), size, kernels: kernels
            ) { TrainableGraphTests.slopes($0.count) }
        }
        #expect(passes[0].features == passes[1].features)
        for (name, gradient) in passes[0].gradients { #expect(gradient == passes[1].gradients[name], "\(name)") }
    }

    /// One of each kind of step alone: along its own gradient, each parameter's slope is the gradient's length.
    @Test(arguments: ["1x1", "3x3", "strided", "grouped", "norm", "pool", "sum"])
    func gradient_matchesFiniteDifferences(_ kind: String) throws {
        var builder = GraphBuilder()
        var value = builder.convolution(.image, "first", 16, kernel: 3, bias: true)
        switch kind {
        case "1x1": value = builder.convolution(value, "layer", 24, bias: true, norm: .init(name: "layer.norm"))
        case "3x3": value = builder.convolution(value, "layer", 24, kernel: 3, bias: true)
        case "strided": value = builder.convolution(value, "layer", 24, kernel: 3, stride: 2, padding: .same)
        case "grouped": value = builder.convolution(value, "layer", 32, kernel: 3, dilation: 2, groups: 4)
        case "norm": value = builder.norm(value, .init(name: "layer"))
        case "pool":
            value = builder.add(
                "pool", .maximumPool(MaximumPoolShape(kernel: 2, stride: 2, padding: 0)), [value], channels: 16)
        default:
            let other = builder.convolution(value, "other", 16, kernel: 3)
            value = builder.sum("sum", builder.sum("twice", value, value), builder.sum("inner", other, value))
        }
        builder.classLayer(value, "fc", classes: 2, bias: false)
        let (graph, size) = (try builder.graph(), MapSize(height: 10, width: 9))
        let (start, input) = (RandomParameters(graph), RandomParameters.input(size))
        func pass(_ parameters: some ParameterSource) throws -> (loss: Double, gradients: [String: [Float]]) {
            let pass = try TrunkPass(graph, parameters, image: input, size) { TrainableGraphTests.slopes($0.count) }
            return (
                LossFixtures.dot(pass.features, TrainableGraphTests.slopes(pass.features.count)), pass.gradients
            )
        }
        for (name, gradient) in try pass(start).gradients where !name.hasPrefix("fc.") {
            let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(length > 0)
            let losses = try [Float(-0.01), 0.01].map { distance in
                try pass(start.moved(name, by: gradient.map { $0 * distance / length })).loss
            }
            let slope = Float((losses[1] - losses[0]) / 0.02)
            #expect(abs(slope - length) < 0.01 * length, "\(name): \(slope) instead of \(length)")
        }
    }
}
