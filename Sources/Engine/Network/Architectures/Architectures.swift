/// The registry: a new family is a line here.
enum Architectures {
    static let all: [any Architecture] = EfficientNetLite.all + ResNet.all + ResNet38.all

    static let names = all.map(\.name).joined(separator: ", ")

    /// By name, `_` and `-` and the case of letters aside.
    static func named(_ name: String) -> (any Architecture)? {
        // Longer is none of them, and may be a file's.
        guard name.utf8.count <= 64, name.isASCII else { return nil }
        func normal(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }
        return all.first { normal($0.name) == normal(name) }
    }
}
