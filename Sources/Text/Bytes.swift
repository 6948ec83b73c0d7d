// Text as UTF-8 bytes: each of these takes time in proportion to the text's length, whatever the text is. `==`, `<`,
// `contains`, `hasPrefix`, `split`, `prefix` and `count` of `String` and `Character` do not (see `ByteKey`). Inlinable, so
// that other modules get them made for the one type they use.

extension String {
    /// Whether both have the same bytes: the case of every request's path, without generics.
    public func equalsBytes(of other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}

extension StringProtocol {
    /// Whether both have the same bytes.
    @inlinable public func equalsBytes(of other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Whether its bytes come before the other's, the order in which sorted lists of foreign text are written.
    @inlinable public func precedesBytes(of other: some StringProtocol) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Whether its bytes begin with the other's.
    @inlinable public func startsWithBytes(of other: some StringProtocol) -> Bool { utf8.starts(with: other.utf8) }

    /// Whether its bytes end with the other's.
    @inlinable public func endsWithBytes(of other: some StringProtocol) -> Bool {
        Substring(self).utf8.reversed().starts(with: Substring(other).utf8.reversed())
    }

    /// Whether the other's bytes are somewhere in it. For a short `other`: each place is compared with all of it.
    @inlinable public func containsBytes(of other: some StringProtocol) -> Bool {
        let wanted = Array(other.utf8)
        var rest = Substring(self).utf8
        while rest.count >= wanted.count {
            if rest.starts(with: wanted) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Whether it is, byte by byte, one of a few known words.
    @inlinable public func isOne(of words: [String]) -> Bool { words.contains { equalsBytes(of: $0) } }

    @inlinable public var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// The pieces between separators, an ASCII character; `maximumSplits` as of `split`.
    @inlinable public func split(
        onByte separator: Unicode.Scalar, maximumSplits: Int = .max, omittingEmpty: Bool = false
    ) -> [Substring] {
        Substring(self).utf8.split(
            separator: UInt8(ascii: separator), maxSplits: maximumSplits, omittingEmptySubsequences: omittingEmpty
        ).map { Substring($0) }
    }

    /// What stands before and after the first separator, an ASCII character; nil where there is none.
    @inlinable public func halves(atByte separator: Unicode.Scalar) -> (before: Substring, after: Substring)? {
        let text = Substring(self)
        guard let place = text.utf8.firstIndex(of: UInt8(ascii: separator)) else { return nil }
        return (text[..<place], text[text.utf8.index(after: place)...])
    }

    /// Without white space and line ends of ASCII at both ends.
    @inlinable public var withoutASCIISpace: Substring {
        let text = Substring(self)
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = text.utf8.firstIndex(where: { !isSpace($0) }),
            let last = text.utf8.lastIndex(where: { !isSpace($0) })
        else { return text[text.endIndex...] }
        return text[first..<text.utf8.index(after: last)]
    }

    /// Without white space of any script and line ends at both ends.
    @inlinable public var withoutSpace: Substring {
        let scalars = Substring(self).unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return Substring(scalars[scalars.endIndex...]) }
        return Substring(scalars[first...last])
    }

    /// Without the byte order mark that editors of some systems write in front of a file.
    @inlinable public var withoutByteOrderMark: Substring {
        startsWithBytes(of: "\u{feff}") ? Substring(self)[utf8.index(utf8.startIndex, offsetBy: 3)...] : Substring(self)
    }

    /// Its lines, without the LF, CR LF or CR that ends each.
    @inlinable public var lines: [Substring] {
        var lines: [Substring] = []
        var rest = Substring(self)
        while let (end, next) = rest.firstLineEnd {
            lines.append(rest[..<end])
            rest = rest[next...]
        }
        if !rest.isEmpty { lines.append(rest) }
        return lines
    }

    /// Where its first line ends, and where the next one begins behind LF, CR LF or CR; nil where nothing ends it.
    @inlinable public var firstLineEnd: (end: String.Index, next: String.Index)? {
        let bytes = Substring(self).utf8
        guard let end = bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return nil }
        let next = bytes.index(after: end)
        let isPair = bytes[end] == 0x0D && next < bytes.endIndex && bytes[next] == 0x0A
        return (end, isPair ? bytes.index(after: next) : next)
    }

    /// Its beginning of at most so many bytes, ended between two Unicode scalars: for messages, which must stay short
    /// whatever they repeat.
    @inlinable public func cut(bytes maximum: Int) -> String {
        let text = Substring(self)
        guard text.utf8.count > maximum else { return String(text) }
        var end = text.utf8.index(text.startIndex, offsetBy: maximum)
        // A scalar's further bytes are 10xxxxxx.
        while end > text.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

extension RawRepresentable where RawValue == String, Self: CaseIterable {
    /// The case with this raw value, byte by byte. `init(rawValue:)` compares by canonical equivalence.
    @inlinable public init?(bytes text: some StringProtocol) {
        guard let found = Self.allCases.first(where: { text.equalsBytes(of: $0.rawValue) }) else { return nil }
        self = found
    }
}
