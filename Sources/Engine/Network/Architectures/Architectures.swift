/// The registry: a new family is a line here.
public enum Architectures {
    static let all: [any Architecture] = EfficientNetLite.all + ResNet.all + ResNet38.all

    /// For messages and help.
    public static let names = all.map(\.name).joined(separator: ", ")

    /// The name as it is written in files, of one that may be spelt otherwise; nil for an unknown one.
    public static func canonicalName(_ name: String) -> String? { named(name)?.name }

    /// By name, `_` and `-` and the case of letters aside.
    static func named(_ name: String) -> (any Architecture)? {
        // Longer is none of them, and may be a file's.
        guard name.utf8.count <= 64, name.isASCII else { return nil }
        func normal(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }
        return all.first { normal($0.name) == normal(name) }
    }
}
