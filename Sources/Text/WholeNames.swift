/// Names of classes that a list of labels would take apart: with a comma or semicolon in them, white space around them,
/// or like a JSON array. New models cannot have such classes, older ones may.
public struct WholeNames: Sendable {
    public static let none = WholeNames(of: [])

    private let names: Set<ByteKey>
    /// Bytes of the longest.
    private let longest: Int

    /// - Parameter classes: all of a model's, of which those are kept that need it.
    public init(of classes: [String]) {
        let kept = classes.filter { name in
            name.utf8.contains(where: LabelList.isSeparator) || name.withoutSpace.utf8.count != name.utf8.count
                || name.utf8.first == UInt8(ascii: "[")
        }
        names = Set(kept.map { ByteKey($0) })
        longest = kept.map(\.utf8.count).max() ?? 0
    }

    /// The class that a text is, as it stands or without the white space around it.
    func name(_ text: some StringProtocol) -> String? {
        guard !names.isEmpty else { return nil }
        for candidate in [Substring(text), text.withoutSpace] where candidate.utf8.count <= longest {
            if names.contains(ByteKey(candidate)) { return String(candidate) }
        }
        return nil
    }

    /// The longest beginning, up to a separator or the end, that is one of the names; nil where none is.
    /// - Returns: the name, and where it ends.
    func longestName(in text: Substring) -> (name: String, end: String.Index)? {
        guard !names.isEmpty else { return nil }
        let utf8 = text.utf8
        var found: (name: String, end: String.Index)?
        var (end, bytes) = (utf8.startIndex, 0)
        // White space around it is no part of a name; of very much of it nobody has a use.
        while bytes <= longest + WholeNames.spaces {
            let isEnd = end == utf8.endIndex
            if isEnd || LabelList.isSeparator(utf8[end]), let name = name(text[..<end]) { found = (name, end) }
            if isEnd { break }
            end = utf8.index(after: end)
            bytes += 1
        }
        return found
    }

    private static let spaces = 64
}
