/// Makes layers of a graph's nodes: what follows a convolution or a sum, and is read by nothing else, is computed with it.
/// Nodes that no asked for output depends on are left out, and so is dropout.
struct Fusion {
    private let graph: NetworkGraph
    /// By value: the nodes that read it.
    private var readers: [[Int]]
    private let outputs: Set<NetworkGraph.Value>
    /// Nodes that a layer has already.
    private var isTaken: [Bool]
    /// By value: the one that it is a copy of.
    private var original: [NetworkGraph.Value]
    /// By value: whether a layer has made it.
    private var isMade: [Bool]

    /// - Returns: in the order in which they run.
    static func layers(of graph: NetworkGraph, for outputs: [NetworkGraph.Value]) -> (
        layers: [FusedLayer], outputs: [NetworkGraph.Value]
    ) {
        var fusion = Fusion(graph, outputs: outputs)
        let layers = graph.nodes.indices.compactMap { fusion.layer(at: $0) }
        return (layers, outputs.map { fusion.original[$0.rawValue] })
    }

    private init(_ graph: NetworkGraph, outputs: [NetworkGraph.Value]) {
        self.graph = graph
        let values = graph.nodes.count + 1
        let isNeeded = graph.nodesNeeded(for: outputs)
        var readers = [[Int]](repeating: [], count: values)
        for (position, node) in graph.nodes.enumerated() where isNeeded[position] {
            for input in node.inputs { readers[input.rawValue].append(position) }
        }
        (self.readers, self.outputs) = (readers, Set(outputs))
        isTaken = isNeeded.map { !$0 }
        original = (0..<values).map(NetworkGraph.Value.init)
        isMade = [true] + [Bool](repeating: false, count: graph.nodes.count)
    }

    private mutating func layer(at position: Int) -> FusedLayer? {
        guard !isTaken[position] else { return nil }
        isTaken[position] = true
        let node = graph.nodes[position]
        let inputs = node.inputs.map { original[$0.rawValue] }
        var value = NetworkGraph.Value.ofNode(position)
        let layer: FusedLayer
        switch node.operation {
        case .dropout:
            original[value.rawValue] = inputs[0]
            return nil
        case .convolution(let shape):
            var made = FusedConvolution(name: node.name, shape: shape, input: inputs[0], output: value)
            made.norm = takeNorm(after: &value)
            made.addend = takeAddend(after: &value)
            made.activation = takeActivation(after: &value)
            made.output = value
            layer = .convolution(made)
        case .batchNorm(let shape):
            let norm = FusedNorm(name: node.name, shape: shape)
            layer = elementwise(node, inputs, norm: norm, value: &value)
        case .add:
            let norm = takeNorm(after: &value)
            layer = elementwise(node, inputs, norm: norm, value: &value)
        case .activation(let activation):
            layer = .elementwise(
                FusedElementwise(name: node.name, inputs: inputs, activation: activation, output: value))
        default:
            layer = .plain(
                NetworkGraph.Node(name: node.name, operation: node.operation, inputs: inputs), output: value)
        }
        isMade[value.rawValue] = true
        return layer
    }

    private mutating func elementwise(
        _ node: NetworkGraph.Node, _ inputs: [NetworkGraph.Value], norm: FusedNorm?, value: inout NetworkGraph.Value
    ) -> FusedLayer {
        let activation = takeActivation(after: &value)
        return .elementwise(
            FusedElementwise(name: node.name, inputs: inputs, norm: norm, activation: activation, output: value))
    }

    /// The one node that reads a value that nobody else asks for; dropout between them is passed over.
    private mutating func soleReader(of value: inout NetworkGraph.Value) -> Int? {
        while true {
            guard !outputs.contains(value), readers[value.rawValue].count == 1,
                let reader = readers[value.rawValue].first
            else { return nil }
            guard case .dropout = graph.nodes[reader].operation else { return reader }
            isTaken[reader] = true
            value = .ofNode(reader)
        }
    }

    private mutating func takeNorm(after value: inout NetworkGraph.Value) -> FusedNorm? {
        guard let reader = soleReader(of: &value), case .batchNorm(let shape) = graph.nodes[reader].operation else {
            return nil
        }
        isTaken[reader] = true
        value = .ofNode(reader)
        return FusedNorm(name: graph.nodes[reader].name, shape: shape)
    }

    /// Of a sum of two, of which the other is there already.
    private mutating func takeAddend(after value: inout NetworkGraph.Value) -> NetworkGraph.Value? {
        guard let reader = soleReader(of: &value), case .add = graph.nodes[reader].operation else { return nil }
        let others = graph.nodes[reader].inputs.filter { $0 != value }.map { original[$0.rawValue] }
        guard graph.nodes[reader].inputs.count == 2, others.count == 1, isMade[others[0].rawValue], others[0] != .image
        else { return nil }
        isTaken[reader] = true
        value = .ofNode(reader)
        return others[0]
    }

    private mutating func takeActivation(after value: inout NetworkGraph.Value) -> Activation {
        guard let reader = soleReader(of: &value), case .activation(let activation) = graph.nodes[reader].operation
        else { return .identity }
        isTaken[reader] = true
        value = .ofNode(reader)
        return activation
    }
}
