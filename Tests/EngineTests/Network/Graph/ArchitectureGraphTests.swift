import Testing

@testable import Engine

struct ArchitectureGraphTests {
    /// Of the classifiers for 1000 classes, as torchvision and timm give them.
    @Test(arguments: [
        ("resnet18", 11_689_512), ("resnet34", 21_797_672), ("resnet50", 25_557_032), ("resnet101", 44_549_160),
        ("resnet152", 60_192_808), ("wide_resnet50_2", 68_883_240), ("wide_resnet101_2", 126_886_696),
        ("resnext50_32x4d", 25_028_904), ("resnext101_32x8d", 88_791_336), ("efficientnet-lite0", 4_652_008),
        ("efficientnet-lite1", 5_416_680), ("efficientnet-lite2", 6_092_072), ("efficientnet-lite3", 8_197_096),
        ("efficientnet-lite4", 13_006_568),
    ])
    func parameters_areAsManyAsPublished(_ name: String, _ count: Int) throws {
        let graph = try #require(Architectures.named(name)).graph(outputStride: 32, classes: 1000, bias: true)
        let trained = ParameterTable(graph).entries.filter(\.role.isTrained)
        #expect(trained.reduce(0) { $0 + $1.count } == count)
    }

    @Test func everyArchitecture_hasItsStrides_andItsOwnNamesAsTheyAre() throws {
        for architecture in Architectures.all {
            for stride in architecture.outputStrides {
                let graph = try architecture.graph(outputStride: stride, classes: 7, bias: false)
                let shapes = try graph.shapes(rows: 96, columns: 160)
                let maps = try #require(graph.outputs[NetworkGraph.Output.maps])
                let logits = try #require(graph.outputs[NetworkGraph.Output.logits])
                #expect(shapes[maps.rawValue].extents == [7, 96 / stride, 160 / stride], "\(architecture.name)")
                #expect(shapes[logits.rawValue].extents == [7])
                for entry in ParameterTable(graph).entries {
                    #expect(architecture.canonicalName(entry.name) == entry.name)
                    #expect(architecture.canonicalName("module.\(entry.name)") == entry.name)
                }
                #expect(ParameterTable(graph).entries.contains { $0.name == "\(architecture.classLayer).weight" })
            }
            #expect(throws: GraphFault.self) { try architecture.graph(outputStride: 24, classes: 7, bias: false) }
            #expect(throws: GraphFault.self) {
                try architecture.graph(outputStride: architecture.outputStrides[0], classes: 1 << 40, bias: true)
            }
        }
        #expect(Set(Architectures.all.map(\.name)).count == Architectures.all.count)
    }

    /// The first block of a stage keeps the dilation of the stage before; a basic block's second convolution does not.
    @Test(arguments: [
        ("resnet50", 32, [1, 1, 1, 1]), ("resnet50", 16, [1, 1, 1, 2]), ("resnet50", 8, [1, 2, 2, 4]),
        ("resnet50-irn", 16, [1, 1, 1, 1]),
    ])
    func bottlenecks_dilateFromTheSecondOn(_ name: String, _ stride: Int, _ expected: [Int]) throws {
        let graph = try #require(Architectures.named(name)).graph(outputStride: stride, classes: 2, bias: false)
        let blocks = ["layer3.0", "layer3.1", "layer4.0", "layer4.1"]
        #expect(try blocks.map { try dilation(graph, "\($0).conv2") } == expected)
    }

    @Test func basicBlocks_dilateFromTheFirstsSecondConvolutionOn() throws {
        let graph = try #require(Architectures.named("resnet18")).graph(outputStride: 16, classes: 2, bias: false)
        let names = ["layer3.1.conv2", "layer4.0.conv1", "layer4.0.conv2", "layer4.1.conv1"]
        #expect(try names.map { try dilation(graph, $0) } == [1, 1, 2, 2])
    }

    private func dilation(_ graph: NetworkGraph, _ name: String) throws -> Int? {
        let node = try #require(graph.nodes.first { $0.name == name })
        guard case .convolution(let shape) = node.operation else { return nil }
        return shape.dilation
    }
}
