import Text

extension NetworkGraph {
    static let maximumNodes = 20_000
    static let maximumNameBytes = 200
    static let maximumChannels = 1 << 16

    /// A node reads only what is made before it, so there are no cycles; names are unique; every operation's own numbers
    /// and the parameters' sizes are in bounds. Shapes of values depend on the image: `shapes` checks them.
    func check() throws(GraphFault) {
        guard (1...NetworkGraph.maximumChannels).contains(inputChannels) else {
            throw GraphFault("the image has \(inputChannels) channels")
        }
        guard nodes.count <= NetworkGraph.maximumNodes else {
            throw GraphFault("\(nodes.count) nodes, more than \(NetworkGraph.maximumNodes)")
        }
        var names: Set<ByteKey> = []
        for (position, node) in nodes.enumerated() {
            guard (1...NetworkGraph.maximumNameBytes).contains(node.name.utf8.count) else {
                throw GraphFault(
                    "node \(position) has a name of \(node.name.utf8.count) bytes, not 1 to "
                        + "\(NetworkGraph.maximumNameBytes)")
            }
            guard names.insert(ByteKey(node.name)).inserted else {
                throw GraphFault("two nodes have this name", node: node.name)
            }
            let definition = node.operation.definition
            guard definition.inputCounts.contains(node.inputs.count) else {
                let counts = definition.inputCounts
                let wanted = counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) or more"
                throw GraphFault("reads \(node.inputs.count) values, not \(wanted)", node: node.name)
            }
            // Value `position + 1` is the node's own.
            guard node.inputs.allSatisfy({ (0...position).contains($0.rawValue) }) else {
                throw GraphFault("reads a value that nothing before it makes", node: node.name)
            }
            do throws(GraphFault) {
                try definition.check()
                for parameter in definition.parameters { _ = try Shape(parameter.shape) }
            } catch {
                throw error.at(node.name)
            }
        }
        var parameters: Set<ByteKey> = []
        for entry in ParameterTable(self).entries {
            guard parameters.insert(ByteKey(entry.name)).inserted else {
                throw GraphFault("two nodes have the parameter \(entry.name.shown)", node: nodes[entry.node].name)
            }
        }
        for (name, value) in outputs where !(0...nodes.count).contains(value.rawValue) {
            throw GraphFault("output \(name.shown) is a value that nothing makes")
        }
    }
}

extension GraphOperation {
    /// - Throws: where a number that an operation is made of is not in a range.
    func require(_ value: Int, _ what: String, in range: ClosedRange<Int>) throws(GraphFault) {
        guard range.contains(value) else {
            throw GraphFault("\(what) is \(value), not \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
