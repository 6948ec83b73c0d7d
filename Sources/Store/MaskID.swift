/// A SHA-256 written as 64 lower-case hexadecimal characters: of an image's bytes or of a model file.
///
/// The Store never hashes; whoever makes one states what was hashed.
public struct ContentDigest: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// - Returns: nil unless `rawValue` is exactly 64 characters of `0-9a-f`.
    public init?(rawValue: String) {
        guard isSHA256Hex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

/// The content address of a finished mask: 64 lower-case hexadecimal characters.
///
/// SHA-256 over a domain-separated, unambiguous encoding of image SHA-256, model digest and canonical options (the
/// labels are among the options). Two requests with the same address have the same answer.
public struct MaskID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// - Returns: nil unless `rawValue` is exactly 64 characters of `0-9a-f`.
    public init?(rawValue: String) {
        guard isSHA256Hex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

/// Whether `text` is 64 lower-case hexadecimal characters. Safe as a file name: no separators, no dots.
func isSHA256Hex(_ text: String) -> Bool { isHex(text, count: 64) }

func isHex(_ text: String, count: Int) -> Bool {
    let bytes = text.utf8
    return bytes.count == count
        && bytes.allSatisfy { ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
            || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")) }
}
