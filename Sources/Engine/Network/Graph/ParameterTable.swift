import Text

/// The parameters of a graph, the one list of their names and shapes, in the order of the nodes.
package struct ParameterTable: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// As in PyTorch's checkpoints: the node's name, a dot, and what the parameter is.
        package let name: String
        package let shape: [Int]
        package let role: ParameterRole
        /// Position of the node in the graph.
        let node: Int

        package var count: Int { shape.reduce(1, *) }
    }

    package let entries: [Entry]

    package init(_ graph: NetworkGraph) {
        entries = graph.nodes.enumerated().flatMap { position, node in
            node.operation.definition.parameters.map { parameter in
                Entry(
                    name: ParameterTable.name(of: parameter, node: node.name), shape: parameter.shape,
                    role: parameter.role, node: position)
            }
        }
    }

    static func name(of parameter: ParameterShape, node: String) -> String {
        parameter.suffix.isEmpty ? node : "\(node).\(parameter.suffix)"
    }

    /// Floats in all.
    package var count: Int { entries.reduce(0) { $0 + $1.count } }
}
