import Text

/// Whether a checkpoint is of an architecture, by names and shapes alone.
struct CheckpointFit {
    /// What of a network a checkpoint must hold.
    enum Extent {
        /// What the class layer reads, and nothing else.
        case trunk
        /// All of it, with a class layer of whatever classes.
        case whole
    }

    private let tensors: CheckpointTensors
    private let extent: Extent
    private let entries: [ParameterTable.Entry]
    /// Parameters that are missing or of another shape, in the graph's order.
    private let misfits: [ParameterTable.Entry]

    init(_ tensors: CheckpointTensors, _ extent: Extent) throws(GraphFault) {
        (self.tensors, self.extent) = (tensors, extent)
        entries = try tensors.architecture.parameters(of: extent, in: tensors)
        misfits = entries.filter { !tensors.has($0.name, shape: $0.shape) }
    }

    private var matches: Int { entries.count - misfits.count }

    /// - Throws: for a checkpoint that is not of the architecture, or fits another one with more of its tensors, as a
    ///   ResNet-34's has all that a ResNet-18 needs; says what does not fit, and what would.
    func require() throws(ModelError) {
        let name = tensors.architecture.name
        let others = Architectures.all.filter { $0.name != name }.compactMap { other in
            try? CheckpointFit(CheckpointTensors(tensors.source, architecture: other), extent)
        }.filter { $0.misfits.isEmpty && !$0.entries.isEmpty }
        let most = others.map(\.matches).max() ?? 0
        let best = others.filter { $0.matches == most }.map(\.tensors.architecture.name).joined(separator: " or ")
        guard misfits.isEmpty else {
            let needs = CheckpointFit.listed(misfits.map(told))
            throw fail("\(name) needs \(needs); \(best.isEmpty ? unknown : "it is of \(best)")")
        }
        guard most <= matches else {
            let leftOut = CheckpointFit.listed(tensors.leftOut(by: Set(entries.map(\.name))))
            throw fail("\(name) has no place for \(leftOut); it is of \(best)")
        }
    }

    /// The end of a sentence about a checkpoint that fits nothing.
    private var unknown: String {
        guard misfits.allSatisfy(tensors.architecture.isOfClassLayer) else {
            let names = tensors.source.shapes.keys.sorted().prefix(CheckpointFit.shown).map(\.shown)
            return "it is of no architecture that is known, and has names such as "
                + names.joined(separator: ", ")
        }
        return "it has no class layer of its kind; its trunk alone can be trained (import-backbone)"
    }

    /// A parameter that does not fit, and why.
    private func told(_ entry: ParameterTable.Entry) -> String {
        guard let found = tensors.shape(entry.name) else { return "\(entry.name) (missing)" }
        return "\(entry.name) of shape \(entry.shape) (it has \(found))"
    }

    private func fail(_ reason: String) -> ModelError {
        ModelError(file: tensors.source.file, tensor: misfits.first?.name, reason: reason)
    }

    private static let shown = 3

    private static func listed(_ names: [String]) -> String {
        let more = names.count - shown
        return names.prefix(shown).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

extension Architecture {
    func isOfClassLayer(_ entry: ParameterTable.Entry) -> Bool { entry.name.hasPrefix("\(classLayer).") }

    /// What a checkpoint must hold, in the shapes that it has there.
    func parameters(
        of extent: CheckpointFit.Extent, in tensors: CheckpointTensors
    ) throws(GraphFault) -> [ParameterTable.Entry] {
        switch extent {
        case .trunk:
            let graph = try graph(outputStride: outputStrides[0], classes: 1, bias: false)
            guard let features = graph.outputs[NetworkGraph.Output.features] else { return [] }
            let isNeeded = graph.nodesNeeded(for: [features])
            return ParameterTable(graph).entries.filter { isNeeded[$0.node] }
        case .whole:
            let rows = tensors.shape("\(classLayer).weight")?.first ?? 0
            // Rows that no class layer can have are found to be of another shape.
            let classes = max(1, min(rows - rowsBeforeClasses, ModelDescription.maximumClasses))
            let graph = try graph(
                outputStride: outputStrides[0], classes: classes, bias: tensors.has("\(classLayer).bias"))
            return ParameterTable(graph).entries.map { entry in
                guard isOfClassLayer(entry) else { return entry }
                let shape = [entry.shape[0] + rowsBeforeClasses] + entry.shape.dropFirst()
                return ParameterTable.Entry(name: entry.name, shape: shape, role: entry.role, node: entry.node)
            }
        }
    }
}
