/// A network without its weights: operations on one image's values, each after those it reads.
///
/// All else follows from it: the table of parameters, which loading, packing, training and checkpoints read; shapes at
/// an input size; the steps that run it.
package struct NetworkGraph: Sendable, Equatable, Codable {
    /// A value of the graph: the image, or what a node makes.
    package struct Value: RawRepresentable, Sendable, Hashable, Codable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// The network's input, [channels, rows, columns].
        package static let image = Value(rawValue: 0)
        /// What the node at a position makes.
        static func ofNode(_ position: Int) -> Value { Value(rawValue: position + 1) }
    }

    package struct Node: Sendable, Equatable, Codable {
        /// What its parameters' names begin with; unique in the graph.
        package let name: String
        package let operation: NodeOperation
        package let inputs: [Value]
    }

    package let inputChannels: Int
    package let nodes: [Node]
    /// Values by name: `Output`, and taps for what reads features on the way.
    package let outputs: [String: Value]

    /// Names of outputs that stages look for.
    package enum Output {
        /// Class maps before pooling, [classes, rows, columns].
        package static let maps = "maps"
        /// Pooled, [classes].
        package static let logits = "logits"
        /// What the class layer reads, [channels, rows, columns].
        package static let features = "features"
        /// Of the two values whose features SEAM's pixel correlation compares the one halfway: the end of the stage before
        /// the trunk's last reduction.
        package static let middle = "middle"
        /// The other: the end of the trunk.
        package static let late = "late"
        /// Maps that the network refined itself, background first, [1 + classes, rows, columns].
        package static let refined = "refined"
        /// Of pairs of cells, as `PairAffinity` makes them.
        package static let affinity = "affinity"
    }

    /// Checks what may be a file's: see `check`.
    init(inputChannels: Int, nodes: [Node], outputs: [String: Value]) throws(GraphFault) {
        (self.inputChannels, self.nodes, self.outputs) = (inputChannels, nodes, outputs)
        try check()
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            inputChannels: container.decode(Int.self, forKey: .inputChannels),
            nodes: container.decode([Node].self, forKey: .nodes),
            outputs: container.decode([String: Value].self, forKey: .outputs))
    }

    private enum CodingKeys: String, CodingKey { case inputChannels, nodes, outputs }

    /// Every value's shape for images of a size: the image's first, then each node's.
    func shapes(rows: Int, columns: Int) throws(GraphFault) -> [Shape] {
        var shapes = [try Shape([inputChannels, rows, columns])]
        shapes.reserveCapacity(nodes.count + 1)
        for node in nodes {
            do throws(GraphFault) {
                shapes.append(try node.operation.definition.outputShape(node.inputs.map { shapes[$0.rawValue] }))
            } catch {
                throw error.at(node.name)
            }
        }
        return shapes
    }
}

extension NetworkGraph {
    /// By node, whether one of some values depends on it.
    func nodesNeeded(for values: [Value]) -> [Bool] {
        var isNeeded = [Bool](repeating: false, count: nodes.count + 1)
        for value in values { isNeeded[value.rawValue] = true }
        for (position, node) in nodes.enumerated().reversed() where isNeeded[position + 1] {
            for input in node.inputs { isNeeded[input.rawValue] = true }
        }
        return Array(isNeeded.dropFirst())
    }

    /// Every value's shape for an image on which every network can run: ranks and channels are the same for all images.
    func usualShapes() throws(GraphFault) -> [Shape] { try shapes(rows: 224, columns: 224) }
}
