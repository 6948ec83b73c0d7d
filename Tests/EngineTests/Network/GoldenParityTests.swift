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
        let network = try Shared.imageNetClassifier(outputStride: golden.stride)
        let input = try values.floats("x")
        let shape = try #require(values.entries["x"]?.shape)
        let size = MapSize(height: shape[2], width: shape[3])
        let output = BlockedNetwork(network).makePass()(input, size, ThreadTeam(size: threads))
        let features = BlockedNetwork(network.givingFeatures).makePass()(input, size, ThreadTeam(size: threads))

        #expect(values.entries["features"]?.shape == [1, 1280, output.size.height, output.size.width])
        let featureError = largestDifference(features.logits, try values.floats("features"))
        // The class layer is linear: pooling its map gives the classifier's logits.
        let logits = output.logits.chunks(of: output.size.count).map { $0.reduce(0, +) / Float(output.size.count) }
        let expected = try values.floats("logits")
        let logitError = largestDifference(logits, expected)
        #expect(featureError < 1e-3)
        #expect(logitError < 1e-3)
        #expect(logits.firstIndex(of: logits.max()!) == expected.firstIndex(of: expected.max()!))
        print("parity \(name), \(threads) threads: features \(featureError), logits \(logitError)")
    }

    @Test func prototypeOnChelsea_matchesReferenceLogits() throws {
        let values = try Shared.golden("prototype_chelsea")
        let network = try Shared.network("weights/voc20-prototype.safetensors", outputStride: 16, classCount: 20)
        let shape = try #require(values.entries["x"]?.shape)
        let output = BlockedNetwork(network).makePass()(
            try values.floats("x"), MapSize(height: shape[2], width: shape[3]), ThreadTeam(size: 1))
        let error = largestDifference(output.logits, try values.floats("logits"))
        #expect(error < 1e-3)
        print("parity prototype_chelsea: logits \(error)")
    }
}

extension Network {
    /// Each feature is a class of its own.
    fileprivate var givingFeatures: Network {
        let channels = EfficientNetLite.headChannels
        let unit = (0..<channels * channels).map { Float($0 / channels == $0 % channels ? 1 : 0) }
        return Network(
            architecture: architecture, outputStride: outputStride, classCount: channels, stem: stem, blocks: blocks,
            head: head,
            classifier: PointwiseConvolution(
                inputChannels: channels, outputChannels: channels, weights: unit,
                bias: [Float](repeating: 0, count: channels), activation: .identity))
    }
}

extension Shared {
    static func imageNetClassifier(outputStride: Int) throws -> Network {
        let path = "weights/efficientnet-lite0-imagenet.safetensors"
        let source = try Safetensors(data(path), file: path)
        var writer = SafetensorsWriter()
        for (name, entry) in source.entries {
            let target = name.hasPrefix("_fc.") ? String(name.dropFirst()) : name
            writer.append(target, shape: entry.shape, values: try source.floats(name), as: .float32)
        }
        let file = try Safetensors(try writer.encoded(), file: path)
        return try Network(
            EfficientNetLite.named("efficientnet-lite0")!, outputStride: outputStride, classCount: 1000, from: file)
    }
}

extension Collection where Index == Int {
    func chunks(of size: Int) -> [SubSequence] {
        stride(from: startIndex, to: endIndex, by: size).map { self[$0..<Swift.min($0 + size, endIndex)] }
    }
}
