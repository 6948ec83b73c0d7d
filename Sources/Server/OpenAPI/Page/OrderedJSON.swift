import Foundation

/// JSON whose members stay in their order, as a page shows them.
///
/// For documents of the server's own: it reads what it is given as JSON, and bounds nothing.
indirect enum OrderedJSON: Equatable {
    case object([Member])
    case array([OrderedJSON])
    case string(String)
    /// A number, true, false or null, as it is written.
    case literal(String)

    struct Member: Equatable {
        let name: String
        let value: OrderedJSON
    }

    /// nil where the bytes are no JSON.
    init?(_ json: Data) {
        var reader = Reader(bytes: Array(json))
        guard let value = reader.value(), reader.isAtEnd else { return nil }
        self = value
    }

    /// nil where it is no object, or has no such member.
    subscript(_ name: String) -> OrderedJSON? { members.first { $0.name == name }?.value }

    /// Empty where it is no object.
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// Empty where it is no array.
    var elements: [OrderedJSON] { if case .array(let elements) = self { elements } else { [] } }

    /// nil where it is no string.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// A string without its quotation marks, anything else as it is written.
    var plain: String { string ?? text() }

    /// Indented, short arrays and objects on one line.
    func text(indent: String = "") -> String {
        let inner = indent + "  "
        func list(_ items: [String], _ brackets: (String, String)) -> String {
            let line = brackets.0 + items.joined(separator: ", ") + brackets.1
            if line.utf8.count + indent.utf8.count <= 100, !line.contains("\n") { return line }
            return "\(brackets.0)\n\(inner)\(items.joined(separator: ",\n" + inner))\n\(indent)\(brackets.1)"
        }
        return switch self {
        case .object(let members):
            list(members.map { "\(Self.quoted($0.name)): \($0.value.text(indent: inner))" }, ("{", "}"))
        case .array(let elements): list(elements.map { $0.text(indent: inner) }, ("[", "]"))
        case .string(let text): Self.quoted(text)
        case .literal(let text): text
        }
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == bytes.count
            }
        }

        private mutating func skipSpace() {
            while position < bytes.count, ASCII.isJSONSpace(bytes[position]) { position += 1 }
        }

        private mutating func take(_ byte: Unicode.Scalar) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
            position += 1
            return true
        }

        mutating func value() -> OrderedJSON? {
            if take("{") { return list(until: "}") { $0.member() }.map(OrderedJSON.object) }
            if take("[") { return list(until: "]") { $0.value() }.map(OrderedJSON.array) }
            skipSpace()
            guard position < bytes.count else { return nil }
            if bytes[position] == UInt8(ascii: "\"") { return string().map(OrderedJSON.string) }
            let start = position
            while position < bytes.count, ASCII.isAlphanumeric(bytes[position]) || "+-.".utf8.contains(bytes[position])
            {
                position += 1
            }
            return start == position ? nil : .literal(String(decoding: bytes[start..<position], as: UTF8.self))
        }

        private mutating func list<Item>(
            until end: Unicode.Scalar, _ item: (inout Reader) -> Item?
        ) -> [Item]? {
            var items: [Item] = []
            if take(end) { return items }
            while true {
                guard let next = item(&self) else { return nil }
                items.append(next)
                if take(end) { return items }
                guard take(",") else { return nil }
            }
        }

        private mutating func member() -> Member? {
            skipSpace()
            guard let name = string(), take(":"), let content = value() else { return nil }
            return Member(name: name, value: content)
        }

        private mutating func string() -> String? {
            let start = position
            guard take("\"") else { return nil }
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard take("\"") else { return nil }
            return try? JSONDecoder().decode(String.self, from: Data(bytes[start..<position]))
        }
    }
}
