/// A text that is compared, hashed and ordered by its UTF-8 bytes: what dictionaries and sets of foreign text hold.
///
/// Swift's `String` compares by canonical equivalence, so it normalises, and normalising a letter with thousands of
/// marks takes time in the square of their number. Two texts that only look alike are two names here, as they are to a
/// file system.
public struct ByteKey: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let text: String

    public init(_ text: some StringProtocol) { self.text = String(text) }
    public init(stringLiteral text: String) { self.text = text }

    public var description: String { text }

    public static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.equalsBytes(of: right.text) }

    public static func < (left: ByteKey, right: ByteKey) -> Bool { left.text.precedesBytes(of: right.text) }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No text's bytes run into those of what is hashed next.
        hasher.combine(UInt8(0xFF))
    }
}
