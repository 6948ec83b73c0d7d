import TestSupport
import Testing

@testable import Engine

/// Networks in their steps against their graphs run as they are defined.
struct CompiledNetworkTests {
    /// Every step of every architecture, at sizes that are no multiple of anything.
    static let networks: [(String, Int, [(Int, Int)])] = [
        ("efficientnet-lite0", 8, [(1, 1), (33, 17)]), ("efficientnet-lite0", 16, [(2, 31), (65, 130), (250, 41)]),
        ("efficientnet-lite2", 32, [(96, 96)]), ("resnet18", 32, [(65, 50), (1, 1)]), ("resnet18", 8, [(33, 70)]),
        ("resnet50", 16, [(50, 65)]), ("resnet50-irn", 16, [(31, 40)]), ("resnext50-32x4d", 8, [(40, 33)]),
        ("resnet38-seam", 8, [(24, 17)]),
    ]

    @Test(arguments: networks)
    func steps_giveWhatTheGraphGives(_ name: String, _ outputStride: Int, _ sizes: [(Int, Int)]) throws {
        let graph = try #require(Architectures.named(name)).graph(outputStride: outputStride, classes: 21, bias: true)
        let parameters = RandomParameters(graph)
        let outputs = [NetworkGraph.Output.maps, NetworkGraph.Output.features]
        let network = try CompiledNetwork(graph, outputs: outputs, from: parameters)
        let alone = try CompiledNetwork(graph, from: parameters)
        let (interpreter, workspace) = (try parameters.interpreter(graph), PassWorkspace())
        for (height, width) in sizes {
            let size = MapSize(height: height, width: width)
            let input = RandomParameters.input(size)
            let expected = try interpreter.forward(input, rows: height, columns: width)
            let one = network.forward(input, size: size, workspace: workspace, team: ThreadTeam(size: 1))
            for (output, found) in zip(outputs, one) {
                let expected = try #require(expected[output])
                #expect(expected.shape.extents[1...] == [found.size.height, found.size.width])
                #expect(relativeDifference(found.planes, expected.values) < 1e-4, "\(output) at \(height) x \(width)")
            }
            for threads in 2...3 {
                let team = ThreadTeam(size: threads)
                let shared = network.forward(input, size: size, workspace: workspace, team: team)
                #expect(shared[0].planes == one[0].planes, "\(threads) threads share the same sums")
                let maps = alone.forward(input, size: size, workspace: PassWorkspace(), team: team)
                #expect(relativeDifference(maps[0].planes, one[0].planes) < 1e-5, "the maps alone")
            }
        }
    }

    @Test(arguments: ["baseline", "avx2", "avx512"], ["efficientnet-lite0", "resnet18", "resnext50-32x4d"])
    func everyInstructionSet_givesTheSame(_ name: String, _ architecture: String) throws {
        // Where the processor lacks it there is nothing to run.
        guard let kernels = BlockedKernels(named: name) else { return }
        let graph = try #require(Architectures.named(architecture)).graph(outputStride: 16, classes: 5, bias: false)
        let parameters = RandomParameters(graph)
        let size = MapSize(height: 50, width: 75)
        let input = RandomParameters.input(size)
        let expected = try parameters.interpreter(graph).forward(input, rows: 50, columns: 75)
        let found = try CompiledNetwork(graph, from: parameters, kernels: kernels).forward(
            input, size: size, workspace: PassWorkspace(), team: ThreadTeam(size: 2))
        #expect(relativeDifference(found[0].planes, try #require(expected[NetworkGraph.Output.maps]).values) < 1e-4)
    }

    /// Both use fused multiply-adds in the same order.
    @Test func widthOfTheVectors_doesNotChangeABit() throws {
        guard let narrow = BlockedKernels(named: "avx2"), let wide = BlockedKernels(named: "avx512") else { return }
        let graph = try EfficientNetLite.all[1].graph(outputStride: 16, classes: 5, bias: false)
        let parameters = RandomParameters(graph)
        let size = MapSize(height: 61, width: 94)
        let input = RandomParameters.input(size)
        let maps = try [narrow, wide].map { kernels in
            try CompiledNetwork(graph, from: parameters, kernels: kernels).forward(
                input, size: size, workspace: PassWorkspace(), team: ThreadTeam(size: 1))[0].planes
        }
        #expect(maps[0] == maps[1])
    }

    /// Kernel, stride, dilation and groups. Of an even kernel without dilation no padding keeps the size.
    static let convolutions: [(Int, Int, Int, Int)] = [1, 2, 3, 5].flatMap { kernel in
        [1, 2, 3].flatMap { stride in
            [1, 2].filter { (kernel - 1) * $0 % 2 == 0 }.flatMap { dilation in
                [1, 4, 24].map { (kernel, stride, dilation, $0) }
            }
        }
    }

    /// Strides, kernels, dilations, groups and paddings that no architecture has, with sums, norms and operations that
    /// have no step of their own.
    @Test(arguments: convolutions)
    func anyConvolution_givesWhatItIsDefinedToGive(
        _ kernel: Int, _ stride: Int, _ dilation: Int, _ groups: Int
    ) throws {
        var builder = GraphBuilder()
        let first = builder.convolution(.image, "first", 24, kernel: 3, bias: true)
        let skip = builder.convolution(first, "skip", 48, kernel: 1, stride: stride, padding: .fixed(0))
        let value = builder.convolution(
            first, "second", 48, kernel: kernel, stride: stride, dilation: dilation, groups: groups,
            padding: .fixed((kernel - 1) * dilation / 2), norm: .init(name: "norm"))
        let sum = builder.activation(builder.sum("sum", skip, value), .relu, after: "sum")
        let pooled = builder.add(
            "pool", .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1)), [sum], channels: 48)
        let normed = builder.norm(pooled, .init(name: "normed"))
        let elu = builder.add("elu", .elu, [builder.sum("both", normed, pooled)], channels: 48)
        builder.classLayer(elu, "fc", classes: 3, bias: false)
        let graph = try builder.graph()
        let parameters = RandomParameters(graph)
        for size in [MapSize(height: 19, width: 23), MapSize(height: 40, width: 7)] {
            let input = RandomParameters.input(size)
            let expected = try parameters.interpreter(graph).forward(input, rows: size.height, columns: size.width)
            for threads in 1...2 {
                let found = try CompiledNetwork(graph, from: parameters).forward(
                    input, size: size, workspace: PassWorkspace(), team: ThreadTeam(size: threads))[0]
                let maps = try #require(expected[NetworkGraph.Output.maps])
                #expect(relativeDifference(found.planes, maps.values) < 1e-4)
            }
        }
    }
}
