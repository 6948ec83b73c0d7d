@testable import Engine

/// Both passes of a graph's trunk in training, for one image.
struct TrunkPass {
    let size: MapSize
    /// Of the features, [channels, rows, columns].
    let features: [Float]
    /// Of the parameters, by name.
    let gradients: [String: [Float]]

    /// - Parameters:
    ///   - output: name of the value that backward begins with.
    ///   - slopes: gradient of the features, given them.
    init(
        _ graph: NetworkGraph, from output: String = NetworkGraph.Output.features, _ parameters: some ParameterSource,
        image: [Float], _ size: MapSize, kernels: BlockedKernels = .active, slopes: ([Float]) -> [Float]
    ) throws {
        let set = try ParameterSet(graph, classLayer: "fc", seed: 1, from: parameters)
        let trunk = try TrainableTrunk(graph, features: graph.output(output), parameters: set, kernels: kernels)
        for layer in trunk.layers { layer.fold(set.values.pointer) }
        trunk.pack()
        let activations = Activations(trunk, classChannels: 1, inputSize: size)
        let (sums, gradient) = (LayerGradients(trunk.steps), FloatBuffer(count: set.count))
        let channels = trunk.channels(trunk.features)
        var features: [Float] = []
        image.withUnsafeBufferPointer { image in
            trunk.forward(image.baseAddress!, activations)
            features = BlockedFixtures.planes(activations.features, channels: channels, kernels: kernels)
            BlockedFixtures.fill(activations.featureGradient!, slopes(features), channels: channels)
            trunk.backward(image.baseAddress!, activations, sums)
        }
        for (layer, sums) in zip(trunk.layers, sums.steps.joined()) { layer.add(sums, to: gradient.pointer) }
        for layer in trunk.layers { layer.unfold(gradient.pointer, parameters: set.values.pointer) }
        (self.features, self.size) = (features, activations.gridSize)
        gradients = Dictionary(
            uniqueKeysWithValues: set.parameters.map { ($0.name, set.floats($0, in: gradient)) })
    }
}
