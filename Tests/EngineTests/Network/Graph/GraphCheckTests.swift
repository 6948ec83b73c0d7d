import Foundation
import Testing

@testable import Engine

/// A graph may come out of a model file.
struct GraphCheckTests {
    private func node(_ name: String, _ operation: NodeOperation, _ inputs: [Int]) -> NetworkGraph.Node {
        NetworkGraph.Node(name: name, operation: operation, inputs: inputs.map { .init(rawValue: $0) })
    }

    private func convolution(
        input: Int = 3, output: Int = 4, kernel: Int = 3, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding: ConvolutionShape.Padding = .fixed(1)
    ) -> NodeOperation {
        .convolution(
            ConvolutionShape(
                inputChannels: input, outputChannels: output, kernel: kernel, stride: stride, dilation: dilation,
                groups: groups, padding: padding, hasBias: false))
    }

    private func fault(_ nodes: [NetworkGraph.Node], outputs: [String: Int] = [:]) -> String? {
        do throws(GraphFault) {
            _ = try NetworkGraph(
                inputChannels: 3, nodes: nodes, outputs: outputs.mapValues { .init(rawValue: $0) })
            return nil
        } catch {
            return error.description
        }
    }

    @Test func whatIsNotMadeBefore_isRefused() {
        #expect(fault([node("a", convolution(), [0])]) == nil)
        #expect(fault([node("a", convolution(), [1])]) == "node a: reads a value that nothing before it makes")
        #expect(fault([node("a", convolution(), [-1])]) == "node a: reads a value that nothing before it makes")
        #expect(fault([node("a", .add, [0, 2])]) == "node a: reads a value that nothing before it makes")
        #expect(fault([node("a", .add, [0])]) == "node a: reads 1 values, not 2 or more")
        #expect(fault([], outputs: ["maps": 1]) == "output maps is a value that nothing makes")
    }

    @Test func namesOfNodesAndParameters_areUnique() {
        let twice = [node("a", convolution(output: 3), [0]), node("a", convolution(), [1])]
        #expect(fault(twice) == "node a: two nodes have this name")
        let parameter = [
            node("a", convolution(output: 3), [0]), node("a.weight", .channelBias(ChannelBias(channels: 3)), [1]),
        ]
        #expect(fault(parameter) == "node a.weight: two nodes have the parameter a.weight")
        #expect(fault([node("", convolution(), [0])]) == "node 0 has a name of 0 bytes, not 1 to 200")
    }

    @Test func numbersThatNoOperationHas_areRefused() {
        for operation in [
            convolution(kernel: 0), convolution(stride: 0), convolution(dilation: -1), convolution(groups: 0),
            convolution(groups: 2), convolution(input: 1 << 40), convolution(output: 0), convolution(kernel: 1 << 62),
            convolution(padding: .fixed(-1)), convolution(padding: .fixed(Int.max)),
            convolution(input: 65_536, output: 65_536, kernel: 255),
            .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 2)),
            .batchNorm(BatchNormShape(channels: 3, epsilon: .nan)), .dropout(Dropout(probability: 1)),
            .pairAffinity(PairAffinity(radius: 1)), .pairAffinity(PairAffinity(radius: 1 << 40)),
        ] {
            #expect(fault([node("a", operation, [0])])?.hasPrefix("node a: ") == true, "\(operation)")
        }
    }

    @Test func shapesThatDoNotFit_areRefusedByTheNode() throws {
        func reason(_ nodes: [NetworkGraph.Node], rows: Int = 8, columns: Int = 8) throws -> String? {
            let graph = try NetworkGraph(inputChannels: 3, nodes: nodes, outputs: [:])
            do throws(GraphFault) {
                _ = try graph.shapes(rows: rows, columns: columns)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(try reason([node("a", convolution(input: 5), [0])]) == "node a: reads 3 channels, not 5")
        #expect(
            try reason([node("a", convolution(), [0]), node("b", .add, [0, 1])])
                == "node b: adds [3, 8, 8] and [4, 8, 8]")
        let large = convolution(kernel: 9, padding: .fixed(0))
        #expect(try reason([node("a", large, [0])]) == "node a: 8 x 8 is smaller than the kernel")
        #expect(
            try reason([node("a", .meanOfPixels, [0]), node("b", convolution(), [1])])
                == "node b: reads [3], not [channels, rows, columns]")
        let smaller = node("a", convolution(stride: 2), [0])
        #expect(
            try reason([smaller, node("b", .concatenate, [0, 1])]) == "node b: concatenates [3, 8, 8] and [4, 4, 4]")
        #expect(
            try reason([smaller, node("b", .featureCorrelation, [0, 1])])
                == "node b: correlates features of [3, 8, 8] with maps of [4, 4, 4]")
        #expect(
            try reason([smaller, node("b", .pairAffinity(PairAffinity(radius: 5)), [1])])
                == "node b: 4 x 4 cells, fewer than 5 on a side")
        let pairs = node("a", .featureCorrelation, [0, 0])
        #expect(try reason([pairs], rows: 256, columns: 256)?.contains("2^31") == true)
        #expect(try reason([], rows: 1 << 40, columns: 1 << 40)?.contains("2^31") == true)
    }

    @Test func aGraphInAFile_isTheSameAfterwards_andAHostileOneIsRefused() throws {
        let graph = try ResNet.all[0].graph(outputStride: 32, classes: 2, bias: false)
        let json = try JSONEncoder().encode(graph)
        #expect(try JSONDecoder().decode(NetworkGraph.self, from: json) == graph)
        let text = String(decoding: json, as: UTF8.self)
        let cycle = text.replacingOccurrences(of: "\"inputs\":[0]", with: "\"inputs\":[9]")
        #expect(cycle != text)
        #expect(throws: GraphFault.self) { try JSONDecoder().decode(NetworkGraph.self, from: Data(cycle.utf8)) }
    }
}
