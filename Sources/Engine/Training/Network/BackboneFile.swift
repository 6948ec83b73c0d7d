import Text

/// A file of a trunk's weights, whose names may be wrapped or another library's, by the graph's names.
struct BackboneFile: ParameterSource {
    private let file: Safetensors
    private let architecture: any Architecture
    /// The file's names by the graph's.
    private let names: [String: String]

    init(_ file: Safetensors, architecture: any Architecture) {
        (self.file, self.architecture) = (file, architecture)
        // A tensor by the graph's own name goes before one by another.
        names = Dictionary(
            file.entries.keys.sorted().compactMap { name in architecture.canonicalName(name).map { ($0, name) } },
            uniquingKeysWith: { first, _ in first })
    }

    func floats(ofGraph name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let found = file.entries[name] == nil ? names[name] : name else {
            let examples = file.entries.keys.sorted().prefix(3).map(\.shown).joined(separator: ", ")
            throw error(name, "missing, and \(architecture.name) needs it; the file has names such as \(examples)")
        }
        return try file.floats(ofGraph: found, shape: shape)
    }

    func error(_ name: String?, _ reason: String) -> ModelError { file.error(name, reason) }
}
