import Testing

@testable import Engine

/// Graphs run as they are defined, against what PyTorch has of the same networks with the same weights.
@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct GraphGoldenTests {
    static let resNets = [
        ("resnet_bottleneck", ResNet(name: "test", block: .bottleneck, repeats: [2, 1, 2, 1], width: 16), 16),
        ("resnet_basic", ResNet(name: "test", block: .basic, repeats: [1, 2, 1, 1]), 32),
    ]

    @Test(arguments: resNets)
    func resNet_matchesTorchvision(_ name: String, _ architecture: ResNet, _ outputStride: Int) throws {
        let golden = try Shared.golden("graph/\(name)")
        let shape = try #require(golden.entries["cam"]?.shape)
        let graph = try architecture.graph(outputStride: outputStride, classes: shape[1], bias: true)
        let weights = try FormulaWeights("graph/manifest", name)
        #expect(ParameterTable(graph).entries.map(\.name) == weights.names)
        let interpreter = try GraphInterpreter(graph) { try weights.values(of: $0) }
        let pass = try interpreter.forward(golden, image: "image")
        for (output, expected) in [("features", "features"), ("maps", "cam"), ("logits", "logits")] {
            try expect(pass, output, golden, expected, name)
        }

        // The loss of the reference: mean(maps^2) + the sum of each class's maximum.
        let maps = try #require(pass[NetworkGraph.Output.maps])
        let count = Float(maps.shape.count)
        var slope = Tensor(maps.shape, maps.values.map { 2 * $0 / count })
        for plane in maps.values.chunks(of: maps.shape.count / shape[1]) {
            let best = try #require(plane.indices.max { plane[$0] < plane[$1] })
            slope.values[best] += 1
        }
        let value = try #require(graph.outputs[NetworkGraph.Output.maps])
        try expect(interpreter.backward(pass, from: [value: slope]).parameters, golden, atLeast: 15, name)
    }

    @Test(arguments: [32, 16], [0, 1])
    func efficientNetLite_matchesReference(_ outputStride: Int, _ index: Int) throws {
        let name = "efficientnet_lite0_stride\(outputStride)_\(index)"
        let golden = try Shared.golden(name)
        let interpreter = try imageNetClassifier(outputStride: outputStride)
        let pass = try interpreter.forward(golden, image: "x")
        for output in [NetworkGraph.Output.features, NetworkGraph.Output.logits] {
            try expect(pass, output, golden, output, name)
        }
    }

    /// Of mean(features^2) over two images.
    @Test func gradientsOfEfficientNetLite_matchReference() throws {
        let name = "efficientnet_lite0_gradients"
        let golden = try Shared.golden(name)
        let shape = try #require(golden.entries["x"]?.shape)
        let interpreter = try imageNetClassifier(outputStride: 16)
        let value = try #require(interpreter.graph.outputs[NetworkGraph.Output.features])
        let images = try golden.floats("x").chunks(of: shape[1...].reduce(1, *))
        var gradients: [String: [Float]] = [:]
        for image in images {
            let pass = try interpreter.forward(Array(image), rows: shape[2], columns: shape[3])
            let scale = 2 / Float(pass[value].shape.count * images.count)
            let slope = Tensor(pass[value].shape, pass[value].values.map { $0 * scale })
            gradients.merge(interpreter.backward(pass, from: [value: slope]).parameters) { zip($0, $1).map { $0 + $1 } }
        }
        try expect(gradients, golden, atLeast: 20, name)
    }

    private func imageNetClassifier(outputStride: Int) throws -> GraphInterpreter {
        let path = "weights/efficientnet-lite0-imagenet.safetensors"
        let file = try Safetensors(Shared.data(path), file: path)
        let architecture = EfficientNetLite.all[0]
        let names = Dictionary(
            uniqueKeysWithValues: file.entries.keys.compactMap { key in
                architecture.canonicalName(key).map { ($0, key) }
            })
        let graph = try architecture.graph(outputStride: outputStride, classes: 1000, bias: true)
        return try GraphInterpreter(graph) { try file.floats(names[$0.name] ?? $0.name) }
    }
}

extension GraphInterpreter {
    /// - Parameter image: name of the reference's tensor, [1, channels, rows, columns].
    func forward(_ golden: Safetensors, image: String) throws -> Pass {
        let shape = try #require(golden.entries[image]?.shape)
        return try forward(golden.floats(image), rows: shape[2], columns: shape[3])
    }
}

/// An output of a pass against a reference's tensor: 1e-3.
func expect(
    _ pass: GraphInterpreter.Pass, _ output: String, _ golden: Safetensors, _ expected: String, _ name: String
) throws {
    let error = try largestDifference(#require(pass[output]).values, golden.floats(expected))
    #expect(error < 1e-3, "\(output)")
    print("parity \(name) as a graph: \(output) \(error)")
}

/// Gradients against a reference's tensors `grad.*`: 1e-3 of the largest element of each.
func expect(_ gradients: [String: [Float]], _ golden: Safetensors, atLeast count: Int, _ name: String) throws {
    var worst: Float = 0
    let keys = golden.entries.keys.filter { $0.hasPrefix("grad.") }.sorted()
    for key in keys {
        let made = try #require(gradients[String(key.dropFirst("grad.".count))])
        let error = try relativeDifference(made, golden.floats(key))
        #expect(error < 1e-3, "\(key)")
        worst = max(worst, error)
    }
    #expect(keys.count >= count)
    print("parity \(name) as a graph: \(keys.count) gradients, worst \(worst) of the largest element")
}
