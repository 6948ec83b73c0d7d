import Foundation
import Testing

@testable import Engine

/// Graphs run as they are defined, against what PyTorch has of the same networks with the same weights.
@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct GraphGoldenTests {
    static let cases = [
        ("resnet_bottleneck", ResNet(name: "test", block: .bottleneck, repeats: [2, 1, 2, 1], width: 16), 16),
        ("resnet_basic", ResNet(name: "test", block: .basic, repeats: [1, 2, 1, 1]), 32),
    ]

    @Test(arguments: cases)
    func resNet_matchesTorchvision(_ name: String, _ architecture: ResNet, _ outputStride: Int) throws {
        let golden = try Shared.golden("graph/\(name)")
        let graph = try architecture.graph(outputStride: outputStride, classes: 5, bias: true)
        let weights = try FormulaWeights("graph/manifest", name)
        #expect(ParameterTable(graph).entries.map(\.name) == weights.names)
        let interpreter = try GraphInterpreter(graph) { try weights.values(of: $0) }
        let image = try golden.floats("image")
        let pass = try interpreter.forward(image, rows: 70, columns: 94)

        for (output, expected) in [("features", "features"), ("maps", "cam"), ("logits", "logits")] {
            let error = try largestDifference(#require(pass[output]).values, golden.floats(expected))
            #expect(error < 1e-3, "\(output)")
            print("parity \(name): \(output) \(error)")
        }

        // The loss of the reference: mean(maps^2) + the sum of each class's maximum.
        let maps = try #require(pass["maps"])
        let (pixels, count) = (maps.shape.count / 5, Float(maps.shape.count))
        var slope = Tensor(maps.shape, maps.values.map { 2 * $0 / count })
        for plane in maps.values.chunks(of: pixels) {
            let best = plane.indices.max { plane[$0] < plane[$1] }!
            slope.values[best] += 1
        }
        let gradients = interpreter.backward(pass, from: [try #require(graph.outputs["maps"]): slope]).parameters
        let expected = golden.entries.keys.filter { $0.hasPrefix("grad.") }.sorted()
        #expect(expected.count > 15)
        var worst: Float = 0
        for key in expected {
            let values = try golden.floats(key)
            let made = try #require(gradients[String(key.dropFirst("grad.".count))])
            let largest = values.map(abs).max()!
            let error = largestDifference(made, values) / largest
            #expect(error < 1e-3, "\(key)")
            worst = max(worst, error)
        }
        print("parity \(name): gradients \(worst) of the largest element of a tensor, \(expected.count) tensors")
    }
}

/// Weights of the reference values, which are given by a formula: `manifest.json` says it.
struct FormulaWeights {
    struct Missing: Error { let name: String }

    /// In the order of the checkpoint.
    let names: [String]
    private let place: [String: Int]

    init(_ manifest: String, _ name: String) throws {
        let json = try JSONSerialization.jsonObject(with: Shared.data("golden/\(manifest).json"))
        let entry = try #require((json as? [String: Any])?[name] as? [String: Any])
        let state = try #require(entry["state_dict"] as? [[Any]])
        names = try state.map { try #require($0[0] as? String) }
        place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    func values(of entry: ParameterTable.Entry) throws -> [Float] {
        guard let t = place[entry.name] else { throw Missing(name: entry.name) }
        let fan = Double(entry.shape.dropFirst().reduce(1, *))
        return (0..<entry.count).map { k in
            let wave = sin(0.37 * Double(k + 1) + 0.11 * Double(t))
            return Float(
                switch entry.role {
                case .weight: wave * (2 / fan).squareRoot()
                case .gain: 1 + 0.1 * wave
                case .shift, .bias: 0.1 * wave
                case .mean: 0.05 * wave
                case .variance: 1 + 0.2 * wave * wave
                })
        }
    }
}

extension GraphGoldenTests {
    @Test func resNet38_matchesSEAM() throws {
        let golden = try Shared.golden("resnet38_seam")
        let graph = try ResNet38.all[0].graph(outputStride: 8, classes: 21, bias: false)
        let weights = try FormulaWeights("manifest", "resnet38_seam")
        let names = ParameterTable(graph).entries.map(\.name)
        #expect(Set(names).isSubset(of: weights.names))
        let interpreter = try GraphInterpreter(graph) { try weights.values(of: $0) }
        let pass = try interpreter.forward(golden.floats("x"), rows: 40, columns: 56)
        let error = try largestDifference(#require(pass["maps"]).values, golden.floats("logits"))
        #expect(error < 1e-3)
        print("parity resnet38_seam: maps \(error)")
    }

    @Test(arguments: [32, 16], [0, 1])
    func efficientNetLite_matchesReference(_ outputStride: Int, _ index: Int) throws {
        let golden = try Shared.golden("efficientnet_lite0_stride\(outputStride)_\(index)")
        let path = "weights/efficientnet-lite0-imagenet.safetensors"
        let file = try Safetensors(Shared.data(path), file: path)
        let graph = try EfficientNetLite.all[0].graph(outputStride: outputStride, classes: 1000, bias: true)
        let interpreter = try GraphInterpreter(graph) { entry in
            // A classifier is a matrix, and has its place in the checkpoint under `_fc`.
            try file.floats(entry.name.hasPrefix("fc.") ? "_\(entry.name)" : entry.name)
        }
        let shape = try #require(golden.entries["x"]?.shape)
        let pass = try interpreter.forward(golden.floats("x"), rows: shape[2], columns: shape[3])
        for output in ["features", "logits"] {
            let error = try largestDifference(#require(pass[output]).values, golden.floats(output))
            #expect(error < 1e-3, "\(output)")
        }
    }
}
