/// Runs a graph operation by operation, as each is defined: slow, and what every faster way is held to.
struct GraphInterpreter {
    let graph: NetworkGraph
    private let table: ParameterTable
    private let parameters: [[Tensor]]

    /// - Parameter value: of a parameter's floats, as many as its shape has.
    init<Failure: Error>(
        _ graph: NetworkGraph, parameter value: (ParameterTable.Entry) throws(Failure) -> [Float]
    ) throws(Failure) {
        (self.graph, table) = (graph, ParameterTable(graph))
        var parameters = [[Tensor]](repeating: [], count: graph.nodes.count)
        for entry in table.entries {
            guard let shape = try? Shape(entry.shape) else { preconditionFailure("the graph was checked") }
            parameters[entry.node].append(Tensor(shape, try value(entry)))
        }
        self.parameters = parameters
    }

    /// All values of a pass: the image's first, then each node's.
    struct Pass {
        let values: [Tensor]
        private let outputs: [String: NetworkGraph.Value]

        fileprivate init(_ values: [Tensor], _ graph: NetworkGraph) { (self.values, outputs) = (values, graph.outputs) }

        subscript(_ value: NetworkGraph.Value) -> Tensor { values[value.rawValue] }
        /// Nil where the graph has no such output.
        subscript(_ output: String) -> Tensor? { outputs[output].map { self[$0] } }
    }

    /// - Parameter image: [channels, rows, columns], normalised.
    /// - Throws: where an operation can't take the image's size.
    func forward(_ image: [Float], rows: Int, columns: Int) throws(GraphFault) -> Pass {
        let shapes = try graph.shapes(rows: rows, columns: columns)
        var values = [Tensor(shapes[0], image)]
        for (node, parameters) in zip(graph.nodes, parameters) {
            values.append(
                node.operation.definition.forward(node.inputs.map { values[$0.rawValue] }, parameters))
        }
        return Pass(values, graph)
    }

    /// - Parameter gradients: of values of the pass, by value.
    /// - Returns: gradients of the parameters that are trained, by name, without those that nothing flows back to, and
    ///   of the image.
    func backward(
        _ pass: Pass, from gradients: [NetworkGraph.Value: Tensor]
    ) -> (parameters: [String: [Float]], image: Tensor) {
        var slopes = gradients
        func add(_ slope: Tensor, to value: NetworkGraph.Value) {
            slopes[value] = slopes[value].map { $0 + slope } ?? slope
        }
        var byNode = [[Tensor]](repeating: [], count: graph.nodes.count)
        for (position, node) in graph.nodes.enumerated().reversed() {
            let value = NetworkGraph.Value.ofNode(position)
            guard let slope = slopes[value] else { continue }
            let made = node.operation.definition.backward(
                node.inputs.map { pass[$0] }, parameters[position], output: pass[value], gradient: slope)
            for case (let input, let slope?) in zip(node.inputs, made.inputs) { add(slope, to: input) }
            byNode[position] = made.parameters
        }
        var byName: [String: [Float]] = [:]
        for (entry, gradient) in zip(table.entries.filter { !byNode[$0.node].isEmpty }, byNode.joined())
        where entry.role.isTrained {
            byName[entry.name] = gradient.values
        }
        return (byName, slopes[.image] ?? Tensor(zeros: pass[.image].shape))
    }
}
