/// What was passed over when the images of a directory were listed, counted by kind.
public struct LeftOut: Sendable, Equatable {
    enum Kind: Hashable {
        /// In lower case, without the dot.
        case fileExtension(String)
        case withoutExtension
        case hiddenFile
        case hiddenFolder
        case unreadableName
        case repeatedFolder
        case results
        /// A link to a folder, whose files are not counted: it may lead anywhere.
        case linkedFolder
        case inSubfolders
    }

    private(set) var counts: [Kind: Int] = [:]
    /// There are more files in subfolders than were counted.
    var hasMoreInSubfolders = false

    /// Extensions that are named; of a directory of anything the rest is one number.
    private static let shownExtensions = 10

    mutating func add(_ kind: Kind, count: Int = 1) { if count > 0 { counts[kind, default: 0] += count } }

    /// "left out: 3 .webp, 1 .tif, 12 files in subfolders"; nil where nothing was.
    public var text: String? {
        var extensions: [(count: Int, name: String)] = []
        for case (.fileExtension(let name), let count) in counts { extensions.append((count, name)) }
        extensions.sort { ($1.count, $0.name) < ($0.count, $1.name) }
        var parts = extensions.prefix(LeftOut.shownExtensions).map { "\($0.count) .\($0.name)" }
        let others = extensions.dropFirst(LeftOut.shownExtensions).reduce(0) { $0 + $1.count }
        if others > 0 { parts.append(LeftOut.files(others, "with other extensions")) }
        for kind: Kind in [
            .withoutExtension, .hiddenFile, .hiddenFolder, .unreadableName, .repeatedFolder, .results,
            .linkedFolder, .inSubfolders,
        ] {
            if let count = counts[kind] { parts.append(words(kind, count)) }
        }
        return parts.isEmpty ? nil : "left out: " + parts.joined(separator: ", ")
    }

    private func words(_ kind: Kind, _ count: Int) -> String {
        switch kind {
        case .fileExtension(let name): "\(count) .\(name)"
        case .withoutExtension: LeftOut.files(count, "without an extension")
        case .hiddenFile: "\(count) hidden file\(count == 1 ? "" : "s")"
        case .hiddenFolder: "\(count) hidden folder\(count == 1 ? "" : "s")"
        case .unreadableName: "\(count) folder\(count == 1 ? "" : "s") whose name is not UTF-8"
        case .repeatedFolder: "\(count) link\(count == 1 ? "" : "s") to folders that are listed already"
        case .results: "the folder of the results"
        case .linkedFolder: "\(count) linked folder\(count == 1 ? "" : "s")"
        case .inSubfolders:
            (hasMoreInSubfolders ? "over " : "") + LeftOut.files(count, "in subfolders") + " (taken with --recursive)"
        }
    }

    private static func files(_ count: Int, _ which: String) -> String {
        "\(count) file\(count == 1 ? "" : "s") \(which)"
    }
}
