import Testing

@testable import Engine

struct FoldedLayerTests {
    private static let shape = [4, 3, 2, 2]

    private let set: ParameterSet
    private let layer: FoldedLayer
    private static let epsilon: Float = 1e-3

    init() {
        let shape = FoldedLayerTests.shape
        set = ParameterSet(
            [
                ("c.weight", shape, .weight, LossFixtures.values(48, seed: 1)),
                ("n.weight", [4], .scale, LossFixtures.values(4, 0.5, 2, seed: 2)),
                ("n.bias", [4], .bias, LossFixtures.values(4, seed: 3)),
            ],
            statistics: [
                "n.running_mean": LossFixtures.values(4, seed: 4),
                "n.running_var": LossFixtures.values(4, 0, 2, seed: 5),
            ])
        let convolution = FusedConvolution(
            name: "c",
            shape: ConvolutionShape(
                inputChannels: shape[1], outputChannels: shape[0], kernel: shape[2], stride: 1, dilation: 1, groups: 1,
                padding: .same, hasBias: false),
            input: .image,
            norm: FusedNorm(name: "n", shape: BatchNormShape(channels: shape[0], epsilon: FoldedLayerTests.epsilon)),
            output: .ofNode(1))
        layer = FoldedLayer(
            convolution, in: set, layerWeights: FloatBuffer(count: 48), layerBias: FloatBuffer(count: 4))
    }

    @Test func fold_matchesTheInferenceNetworks() throws {
        layer.fold(set.values.pointer)
        let norm = BatchNorm(
            gamma: set.floats(set["n.weight"], in: set.values), beta: set.floats(set["n.bias"], in: set.values),
            mean: try #require(set.statistics["n.running_mean"]),
            variance: try #require(set.statistics["n.running_var"]), epsilon: FoldedLayerTests.epsilon)
        let expected = norm.folded(into: set.floats(set["c.weight"], in: set.values))
        #expect(relativeDifference(layer.layerWeights.values(48), expected.weights) < 1e-6)
        #expect(relativeDifference(layer.layerBias.values(4), expected.bias) < 1e-6)
    }

    /// For a loss that is linear in what the layer runs with.
    @Test func unfold_matchesFiniteDifferences() {
        let (weightSlopes, biasSlopes) = (LossFixtures.values(48, seed: 6), LossFixtures.values(4, seed: 7))
        let gradient = FloatBuffer(count: set.count)
        for (index, slope) in weightSlopes.enumerated() { gradient.pointer[set["c.weight"].offset + index] = slope }
        for (index, slope) in biasSlopes.enumerated() { gradient.pointer[set["n.bias"].offset + index] = slope }
        layer.unfold(gradient.pointer, parameters: set.values.pointer)

        let error = FiniteDifferences.relativeError(
            of: gradient.values(set.count), at: set.values.values(set.count), step: 0.05
        ) { point in
            layer.fold(point)
            return LossFixtures.dot(layer.layerWeights.values(48), weightSlopes)
                + LossFixtures.dot(layer.layerBias.values(4), biasSlopes)
        }
        #expect(error < 1e-4)
    }
}
