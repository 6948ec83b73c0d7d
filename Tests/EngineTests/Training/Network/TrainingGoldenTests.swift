import Testing

@testable import Engine

/// Networks in training against what PyTorch has of the same networks with the same weights.
@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct TrainingGoldenTests {
    private struct Weights: ParameterSource {
        let entries: [String: ParameterTable.Entry]
        let weights: FormulaWeights

        func floats(ofGraph name: String, shape: [Int]) throws(ModelError) -> [Float] {
            guard let entry = entries[name], let values = try? weights.values(of: entry) else {
                throw error(name, "missing")
            }
            return values
        }

        func error(_ name: String?, _ reason: String) -> ModelError {
            ModelError(file: "formula", tensor: name, reason: reason)
        }
    }

    /// Of mean(maps^2) + the sum of each class's maximum.
    @Test(arguments: GraphGoldenTests.resNets)
    func gradientsOfResNets_matchTorchvision(_ name: String, _ architecture: ResNet, _ outputStride: Int) throws {
        let golden = try Shared.golden("graph/\(name)")
        let (shape, image) = (try #require(golden.entries["cam"]?.shape), try #require(golden.entries["image"]?.shape))
        let graph = try architecture.graph(outputStride: outputStride, classes: shape[1], bias: true)
        let weights = Weights(
            entries: Dictionary(uniqueKeysWithValues: ParameterTable(graph).entries.map { ($0.name, $0) }),
            weights: try FormulaWeights("graph/manifest", name))
        let features = try golden.floats("features")
        // The class layer's part by hand: the trunk ends at the features.
        let classWeights = try weights.floats(
            ofGraph: "fc.weight", shape: [shape[1], architecture.block == .basic ? 128 : 512, 1, 1])
        let cells = shape[2] * shape[3]
        let channels = classWeights.count / shape[1]
        let maps = try golden.floats("cam")
        var slopes = maps.map { 2 * $0 / Float(maps.count) }
        for plane in maps.chunks(of: cells) {
            slopes[try #require(plane.indices.max { plane[$0] < plane[$1] })] += 1
        }
        let pass = try TrunkPass(
            graph, weights, image: golden.floats("image"), MapSize(height: image[2], width: image[3])
        ) { _ in
            (0..<channels * cells).map { index in
                (0..<shape[1]).reduce(Float(0)) {
                    $0 + classWeights[$1 * channels + index / cells] * slopes[$1 * cells + index % cells]
                }
            }
        }
        let error = largestDifference(pass.features, features)
        print("parity \(name) in training: features \(error)")
        #expect(error < 1e-3)
        var gradients = pass.gradients
        gradients["fc.weight"] = (0..<classWeights.count).map { index in
            (0..<cells).reduce(Float(0)) {
                $0 + slopes[index / channels * cells + $1] * pass.features[index % channels * cells + $1]
            }
        }
        try expect(gradients, golden, atLeast: 15, "\(name) in training")
    }
}
