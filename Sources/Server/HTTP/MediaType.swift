import Text

/// A media type with parameters (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Equatable {
    /// Lowercase; `*` in ranges.
    public let type: String
    public let subtype: String
    /// Names in lowercase, values as given with quotes removed.
    public let parameters: [(name: String, value: String)]

    /// `type/subtype` in lowercase.
    public var essence: String { "\(type)/\(subtype)" }

    /// The first parameter with this name.
    public func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// nil when the text is not a media type.
    public init?(_ text: some StringProtocol) {
        let parts = HeaderList.split(text, on: UInt8(ascii: ";"))
        let names = (parts.first ?? "").split(onByte: "/")
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(ASCII.isToken) }) else {
            return nil
        }
        type = names[0].lowercased()
        subtype = names[1].lowercased()
        var parameters: [(name: String, value: String)] = []
        for part in parts.dropFirst() where !part.isEmpty {
            guard let (name, given) = part.halves(atByte: "=") else { return nil }
            guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken), let value = HeaderList.unquote(given) else {
                return nil
            }
            parameters.append((name.lowercased(), value))
        }
        self.parameters = parameters
    }

    public static func == (left: MediaType, right: MediaType) -> Bool {
        left.essence == right.essence && left.parameters.elementsEqual(right.parameters) { $0 == $1 }
    }
}

/// Splitting of header values that hold lists (RFC 9110 section 5.6).
enum HeaderList {
    /// More than any client sends; further ones are not looked at.
    private static let maximumParts = 64

    /// Splits on a separator outside quoted strings and trims each part.
    static func split(_ text: some StringProtocol, on separator: UInt8) -> [String] {
        var parts: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if !isQuoted && byte == separator {
                guard parts.count < maximumParts else { break }
                parts.append([])
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") && isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            parts[parts.count - 1].append(byte)
        }
        return parts.map { String(decoding: ASCII.trim($0[...]), as: UTF8.self) }
    }

    /// A token as it is, or the content of a quoted string; nil when it is neither.
    static func unquote(_ text: some StringProtocol) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "\"") else {
            return !bytes.isEmpty && bytes.allSatisfy(ASCII.isToken) ? String(text) : nil
        }
        guard bytes.count >= 2, bytes.last == UInt8(ascii: "\"") else { return nil }
        var content: [UInt8] = []
        var index = 1
        while index < bytes.count - 1 {
            if bytes[index] == UInt8(ascii: "\"") { return nil }
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < bytes.count - 1 else { return nil }
            content.append(bytes[index])
            index += 1
        }
        return String(decoding: content, as: UTF8.self)
    }
}
