import Foundation
import Testing

@testable import Engine

@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct GoldenParityTests {
    static let cases = [32, 16].flatMap { stride in [0, 1].map { (stride, $0) } }

    @Test(arguments: cases, [1, 2])
    func trunkAndClassifier_matchReference(_ golden: (stride: Int, index: Int), threads: Int) throws {
        let name = "efficientnet_lite0_stride\(golden.stride)_\(golden.index)"
        let values = try Shared.golden(name)
        let file = try Shared.imageNetClassifier()
        let graph = try EfficientNetLite.all[0].graph(outputStride: golden.stride, classes: 1000, bias: true)
        let network = try CompiledNetwork(
            graph, outputs: [NetworkGraph.Output.features, NetworkGraph.Output.maps], from: file)
        let shape = try #require(values.entries["x"]?.shape)
        let found = network.forward(
            try values.floats("x"), size: MapSize(height: shape[2], width: shape[3]), workspace: PassWorkspace(),
            team: ThreadTeam(size: threads))

        #expect(values.entries["features"]?.shape == [1, 1280, found[0].size.height, found[0].size.width])
        let featureError = largestDifference(found[0].planes, try values.floats("features"))
        let bias = try file.floats("fc.bias")
        let logits = zip(found[1].planes.chunks(of: found[1].size.count), bias).map {
            $0.reduce(0, +) / Float(found[1].size.count) + $1
        }
        let expected = try values.floats("logits")
        let logitError = largestDifference(logits, expected)
        #expect(featureError < 1e-3)
        #expect(logitError < 1e-3)
        #expect(logits.firstIndex(of: logits.max()!) == expected.firstIndex(of: expected.max()!))
        print("parity \(name), \(threads) threads: features \(featureError), logits \(logitError)")
    }

    @Test func prototypeOnChelsea_matchesReferenceLogits() throws {
        let values = try Shared.golden("prototype_chelsea")
        let path = "weights/voc20-prototype.safetensors"
        let file = try Safetensors(Shared.data(path), file: path)
        let graph = try EfficientNetLite.all[0].graph(outputStride: 16, classes: 20, bias: false)
        let shape = try #require(values.entries["x"]?.shape)
        let maps = try CompiledNetwork(graph, from: file).forward(
            try values.floats("x"), size: MapSize(height: shape[2], width: shape[3]), workspace: PassWorkspace(),
            team: ThreadTeam(size: 1))[0]
        let error = largestDifference(maps.planes, try values.floats("logits"))
        #expect(error < 1e-3)
        print("parity prototype_chelsea: logits \(error)")
    }
}

extension Shared {
    /// Its class layer under the graph's name.
    static func imageNetClassifier() throws -> Safetensors {
        let path = "weights/efficientnet-lite0-imagenet.safetensors"
        let source = try Safetensors(data(path), file: path)
        var writer = SafetensorsWriter()
        for (name, entry) in source.entries {
            let target = name.hasPrefix("_fc.") ? String(name.dropFirst()) : name
            writer.append(target, shape: entry.shape, values: try source.floats(name), as: .float32)
        }
        return try Safetensors(try writer.encoded(), file: path)
    }
}

extension Collection where Index == Int {
    func chunks(of size: Int) -> [SubSequence] {
        stride(from: startIndex, to: endIndex, by: size).map { self[$0..<Swift.min($0 + size, endIndex)] }
    }
}
