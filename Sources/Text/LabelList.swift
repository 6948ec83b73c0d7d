import Foundation

/// Lists of labels as people, spreadsheets and programs write them. One rule for every door: query, form, JSON, CSV,
/// command line.
///
/// - A value is the names between its commas and semicolons, without white space around them. Values may be repeated.
/// - A class's own name is never taken apart: `WholeNames`.
/// - `["cat", "dog"]` is a JSON array of names.
/// - A name counts once, however often it is there.
/// - A value of nothing says that none of the classes is there; a name of nothing is a fault.
public enum LabelList {
    public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case emptyName
        case emptyBesideNames
        case notAnArray
        case tooMany(Int, maximum: Int)

        /// Goes on after the name of what holds the list.
        public var description: String {
            switch self {
            case .emptyName: "holds an empty name; separate names by commas, one between two names"
            case .emptyBesideNames:
                "is empty once and holds names once; empty says that the image has none of the classes, so leave it out "
                    + "beside names"
            case .notAnArray: "begins as a JSON array and is no array of names, such as [\"cat\", \"dog\"]"
            case .tooMany(let count, let maximum):
                "holds \(count) names; an image has at most \(maximum)"
            }
        }
    }

    /// The names in texts, each a list.
    /// - Parameter whole: of the classes, where they are known.
    public static func names(in texts: [String], whole: WholeNames = .none) throws(Fault) -> [String] {
        var names = Names()
        var hasBlank = false
        for text in texts {
            if let name = whole.name(text) {
                names.add(name)
            } else if text.withoutSpace.isEmpty {
                hasBlank = true
            } else if let elements = try array(in: text.withoutSpace) {
                for element in elements { try split(element, whole, into: &names) }
            } else {
                try split(text, whole, into: &names)
            }
        }
        // Beside names, nothing is not a list but a slip.
        guard !hasBlank || names.inOrder.isEmpty else { throw .emptyBesideNames }
        return names.inOrder
    }

    /// The names in the elements of an array, which is empty where there are none.
    public static func names(inArray elements: [String], whole: WholeNames = .none) throws(Fault) -> [String] {
        var names = Names()
        for element in elements { try split(element, whole, into: &names) }
        return names.inOrder
    }

    /// Each once, in the order in which they came.
    private struct Names {
        var inOrder: [String] = []
        private var seen: Set<ByteKey> = []

        mutating func add(_ name: some StringProtocol) {
            if seen.insert(ByteKey(name)).inserted { inOrder.append(String(name)) }
        }
    }

    /// The elements of a JSON array; nil for what is none.
    private static func array(in text: Substring) throws(Fault) -> [String]? {
        guard text.utf8.first == UInt8(ascii: "["),
            let second = Substring(text.utf8.dropFirst()).withoutSpace.utf8.first,
            second == UInt8(ascii: "\"") || second == UInt8(ascii: "]")
        else { return nil }
        let json = Data(text.utf8)
        // Of a comma before the end Foundation's decoder makes nothing.
        let beforeEnd = Substring(text.utf8.dropLast()).withoutSpace.utf8.last
        guard beforeEnd != UInt8(ascii: ","), json.withUnsafeBytes({ JSONScan.fault(in: $0, maximumDepth: 1) }) == nil,
            let elements = try? JSONDecoder().decode([String].self, from: json)
        else { throw .notAnArray }
        return elements
    }

    private static func split(_ text: String, _ whole: WholeNames, into names: inout Names) throws(Fault) {
        if let name = whole.name(text) { return names.add(name) }
        let utf8 = text.utf8
        var start = utf8.startIndex
        while true {
            let end = utf8[start...].firstIndex(where: isSeparator) ?? utf8.endIndex
            if let (name, after) = whole.longestName(in: text[start...]) {
                names.add(name)
                start = after
            } else {
                let name = text[start..<end].withoutSpace
                guard !name.isEmpty else { throw .emptyName }
                names.add(name)
                start = end
            }
            guard start < utf8.endIndex else { return }
            start = utf8.index(after: start)
        }
    }

    /// Whether a byte stands between two names.
    public static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") }
}
