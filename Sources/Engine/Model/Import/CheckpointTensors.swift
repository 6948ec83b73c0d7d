import Text

/// A checkpoint's tensors by the names of an architecture's graph.
struct CheckpointTensors {
    let source: any TensorSource
    let architecture: any Architecture
    /// By the graph's name: the checkpoint's names for it. Some have a tensor several times.
    private let names: [String: [String]]
    /// The checkpoint's names that stand for nothing in any graph of the architecture.
    private let nameless: [String]

    init(_ source: any TensorSource, architecture: any Architecture) {
        (self.source, self.architecture) = (source, architecture)
        var (names, nameless): ([String: [String]], [String]) = ([:], [])
        for name in source.shapes.keys.sorted() {
            if let canonical = architecture.canonicalName(name) {
                names[canonical, default: []].append(name)
            } else {
                nameless.append(name)
            }
        }
        (self.names, self.nameless) = (names, nameless)
    }

    func has(_ name: String) -> Bool { names[name] != nil }

    /// Of the first of a tensor's names.
    func shape(_ name: String) -> [Int]? { names[name]?.first.flatMap { source.shapes[$0] } }

    /// Whether the checkpoint has a tensor of this shape. A matrix may stand for a 1x1 convolution.
    func has(_ name: String, shape: [Int]) -> Bool {
        guard let found = self.shape(name) else { return false }
        return found == shape || found + [1, 1] == shape
    }

    /// The values of a parameter.
    /// - Parameter leaving: rows at the tensor's beginning that the graph goes without.
    /// - Throws: for what is missing, of another shape, no number, a variance below zero, or there twice with other values.
    func floats(_ entry: ParameterTable.Entry, leaving: Int = 0) throws(ModelError) -> [Float] {
        func fail(_ reason: String) -> ModelError { ModelError(file: source.file, tensor: entry.name, reason: reason) }
        var shape = entry.shape
        shape[0] += leaving
        guard has(entry.name), let names = names[entry.name] else {
            throw fail("missing, and \(architecture.name) needs it")
        }
        guard has(entry.name, shape: shape) else {
            throw fail("has shape \(self.shape(entry.name) ?? []), \(architecture.name) needs \(shape)")
        }
        let values = try source.floats(names[0])
        for other in names.dropFirst() where try source.floats(other) != values {
            throw fail("is there twice with other values, as \(names[0].shown) and \(other.shown)")
        }
        if entry.role == .variance, values.contains(where: { $0 < 0 }) { throw fail("holds a negative variance") }
        return Array(values.dropFirst(leaving * entry.count / entry.shape[0]))
    }

    /// Names of the checkpoint's tensors that none of these parameters took, in order, without counters of batches.
    func leftOut(by taken: Set<String>) -> [String] {
        let unused = names.filter { !taken.contains($0.key) }.values.flatMap(\.self)
        return (unused + nameless).filter { !$0.hasSuffix(".num_batches_tracked") }.map(\.shown).sorted()
    }
}
