import Text

/// Whether a checkpoint is of an architecture: the trunk, without the class layer, by names and shapes alone.
struct CheckpointFit {
    private let architecture: any Architecture
    private let source: any TensorSource
    /// Parameters that are missing or of another shape, in the graph's order.
    let misfits: [ParameterTable.Entry]
    /// Parameters that are there.
    let matches: Int

    /// - Parameter entries: those that the checkpoint must have.
    init(_ tensors: CheckpointTensors, _ entries: [ParameterTable.Entry]) {
        (architecture, source) = (tensors.architecture, tensors.source)
        misfits = entries.filter { !tensors.has($0.name, shape: $0.shape) }
        matches = entries.count - misfits.count
    }

    /// - Throws: for a checkpoint that is not of the architecture, or fits another one with more of its tensors; says what
    ///   does not fit, and what would.
    func require() throws(ModelError) {
        let others = Architectures.all.filter { $0.name != architecture.name }.compactMap { other in
            let entries = (try? other.trunkParameters()) ?? []
            let fit = CheckpointFit(CheckpointTensors(source, architecture: other), entries)
            return fit.misfits.isEmpty && !entries.isEmpty ? (name: other.name, matches: fit.matches) : nil
        }
        let most = others.map(\.matches).max() ?? 0
        let best = others.filter { $0.matches == most }.map(\.name).joined(separator: " or ")
        guard misfits.isEmpty else {
            let reason = best.isEmpty ? "it is of no architecture that is known" : "it is of \(best)"
            throw fail("\(architecture.name) needs \(CheckpointFit.listed(misfits)); \(reason)")
        }
        guard most <= matches else {
            throw fail("\(architecture.name) would take \(matches) of its tensors, but \(best) takes \(most)")
        }
    }

    private func fail(_ reason: String) -> ModelError {
        let names = source.shapes.keys.sorted().prefix(3).map(\.shown).joined(separator: ", ")
        return ModelError(
            file: source.file, tensor: misfits.first?.name, reason: "\(reason). The file has names such as \(names)")
    }

    private static let shown = 3

    private static func listed(_ entries: [ParameterTable.Entry]) -> String {
        let more = entries.count - shown
        return entries.prefix(shown).map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}

extension Architecture {
    /// All parameters but the class layer's and those of what reads it.
    func trunkParameters() throws(GraphFault) -> [ParameterTable.Entry] {
        let graph = try graph(outputStride: outputStrides[0], classes: 1, bias: false)
        guard let features = graph.outputs[NetworkGraph.Output.features] else { return [] }
        let nodes = graph.nodes(behind: features)
        return ParameterTable(graph).entries.filter { nodes.contains($0.node) }
    }
}

extension NetworkGraph {
    /// Positions of the nodes that a value depends on, its own among them.
    func nodes(behind value: Value) -> Set<Int> {
        var needed: Set<Int> = []
        var open = [value]
        while let value = open.popLast() {
            guard value != .image, needed.insert(value.rawValue - 1).inserted else { continue }
            open += nodes[value.rawValue - 1].inputs
        }
        return needed
    }
}
