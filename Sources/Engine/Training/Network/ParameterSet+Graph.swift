extension ParameterSet {
    /// The parameters of a CAM network whose trunk comes from a checkpoint and whose class layer is new; only those that
    /// its class maps need.
    ///
    /// - Parameters:
    ///   - classLayer: name of the class layer's node; its weights are zero.
    ///   - extra: further new tensors by name and shape.
    ///   - seed: of the values of `extra`, uniform in +-sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010).
    convenience init(
        _ graph: NetworkGraph, classLayer: String, extra: [(String, [Int])] = [], seed: UInt64,
        from source: some ParameterSource
    ) throws(ModelError) {
        var tensors: [(name: String, shape: [Int], role: Parameter.Role, values: [Float])] = []
        var statistics: [String: [Float]] = [:]
        let isNeeded = graph.nodesNeeded(for: graph.outputs[NetworkGraph.Output.maps].map { [$0] } ?? [])
        for entry in ParameterTable(graph).entries where isNeeded[entry.node] {
            guard graph.nodes[entry.node].name != classLayer else {
                // Random weights here would send noise into the trunk, in hundreds of channels at once, before they know
                // anything: one seed of three then never learned, and the others more slowly (docs/Results.md).
                let zeros = [Float](repeating: 0, count: entry.count)
                tensors.append((entry.name, entry.shape, .new, zeros))
                continue
            }
            let values = try source.floats(ofGraph: entry.name, shape: entry.shape)
            switch entry.role {
            case .weight: tensors.append((entry.name, entry.shape, .weight, values))
            case .gain: tensors.append((entry.name, entry.shape, .scale, values))
            case .shift, .bias: tensors.append((entry.name, entry.shape, .bias, values))
            case .mean: statistics[entry.name] = values
            case .variance:
                guard values.allSatisfy({ $0 >= 0 }) else {
                    throw source.error(entry.name, "holds a negative variance")
                }
                statistics[entry.name] = values
            }
        }
        for (index, (name, shape)) in extra.enumerated() {
            var random = RandomStream(seed: seed, .initialisation, index)
            let bound = (6 / Float(shape[0] + shape.dropFirst().reduce(1, *))).squareRoot()
            let values = (0..<shape.reduce(1, *)).map { _ in random.uniform(-bound, bound) }
            tensors.append((name, shape, .new, values))
        }
        self.init(tensors, statistics: statistics)
    }
}
