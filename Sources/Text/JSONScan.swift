/// What a JSON text is refused for before a decoder sees it.
public enum JSONFault: Error, Equatable, Sendable {
    /// Arrays and objects inside each other, more than so many.
    case depth(maximum: Int)
    /// Not UTF-8: decoders also take UTF-16 and UTF-32, which this scan cannot read.
    case encoding
    /// A member that its object has already.
    case repeatedKey(String)
    /// A member's name that is too long or holds a backslash or a byte over 0x7F; only its beginning is kept.
    case strangeKey(String, maximumBytes: Int)
    /// A comma before a closing bracket, which decoders take and JSON does not have (RFC 8259 sections 4 and 5).
    /// - Parameter offset: of the comma, in bytes.
    case trailingComma(offset: Int)
}

extension JSONFault: CustomStringConvertible {
    /// Goes on after the name of what holds the JSON.
    public var description: String {
        switch self {
        case .depth(let maximum): "nests deeper than \(maximum) levels"
        case .encoding: "is not UTF-8"
        case .repeatedKey(let name): "has \(name.shown) twice"
        case .strangeKey(let name, let bytes):
            "has a name of more than \(bytes) bytes, or not of plain ASCII; it begins \(name.shown)"
        case .trailingComma(let offset): "has a comma before a closing bracket, at byte \(offset)"
        }
    }
}

/// One pass over the bytes of a JSON text. It is no parser: whether the text is JSON is for the decoder to say, which
/// never goes deeper and never meets another member name than is seen here.
///
/// Decoders recurse, so depth is bounded. They keep an object's members in a dictionary by `String`, which normalises:
/// so member names are bounded to short ASCII. And of a member that is there twice they take one, and another program
/// the other. A comma behind the last member or element is refused too: it is a sign of a list that was cut.
public struct JSONScan {
    private let maximumDepth: Int
    private let maximumKeyBytes: Int
    private let maximumStrangeKeyBytes: Int
    /// Of each object or array that is open: whether it is an object.
    private var isObject: [Bool] = []
    /// Of each level the members seen so far; kept for the next object of that level.
    private var keys: [Set<ByteKey>] = []
    /// The next string is a member's name.
    private var expectsKey = false

    private static let keptKeys = 64
    /// How much of a member's name is told.
    private static let shownBytes = 64

    private init(maximumDepth: Int, maximumKeyBytes: Int, maximumStrangeKeyBytes: Int) {
        self.maximumDepth = maximumDepth
        self.maximumKeyBytes = maximumKeyBytes
        self.maximumStrangeKeyBytes = maximumStrangeKeyBytes
    }

    /// - Parameters:
    ///   - maximumDepth: arrays and objects inside each other.
    ///   - maximumKeyBytes: of a member's name.
    ///   - maximumStrangeKeyBytes: of one that holds an escape or a byte over 0x7F, as names do that people give in files;
    ///     0 refuses these. So short that normalising one takes next to nothing.
    public static func check(
        _ text: UnsafeRawBufferPointer, maximumDepth: Int, maximumKeyBytes: Int = 64, maximumStrangeKeyBytes: Int = 0
    ) throws(JSONFault) {
        var scan = JSONScan(
            maximumDepth: maximumDepth, maximumKeyBytes: maximumKeyBytes,
            maximumStrangeKeyBytes: maximumStrangeKeyBytes)
        try scan.run(text)
    }

    /// As `check`, for those who would rather be told than interrupted.
    public static func fault(
        in text: UnsafeRawBufferPointer, maximumDepth: Int, maximumKeyBytes: Int = 64, maximumStrangeKeyBytes: Int = 0
    ) -> JSONFault? {
        do throws(JSONFault) {
            try check(
                text, maximumDepth: maximumDepth, maximumKeyBytes: maximumKeyBytes,
                maximumStrangeKeyBytes: maximumStrangeKeyBytes)
            return nil
        } catch {
            return error
        }
    }

    /// Where the text's first object is closed; nil where it begins none, or does not close it.
    public static func endOfFirstObject(in text: UnsafeRawBufferPointer) -> Int? {
        var depth = 0
        var position = 0
        while position < text.count {
            let byte = text[position]
            position += 1
            if depth == 0, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"") { return nil }
            switch byte {
            case UInt8(ascii: "\""): position = endOfString(text, from: position) + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return depth == 0 ? position : nil }
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
            default: if depth == 0 { return nil }
            }
        }
        return nil
    }

    private mutating func run(_ text: UnsafeRawBufferPointer) throws(JSONFault) {
        var position = 0
        // Of the comma before, where only white space has followed.
        var comma: Int?
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"): if let comma { throw .trailingComma(offset: comma) }
            default: break
            }
            comma = byte == UInt8(ascii: ",") ? position - 1 : nil
            switch byte {
            case UInt8(ascii: "\""):
                let start = position
                position = JSONScan.endOfString(text, from: start)
                if expectsKey { try take(key: UnsafeRawBufferPointer(rebasing: text[start..<position])) }
                expectsKey = false
                position += 1
            case UInt8(ascii: "{"): try open(object: true)
            case UInt8(ascii: "["): try open(object: false)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Faulty JSON may close more than is open.
                _ = isObject.popLast()
                expectsKey = false
            case UInt8(ascii: ","): expectsKey = isObject.last ?? false
            case 0: throw .encoding
            default: break
            }
        }
    }

    /// Where the quotation mark is that ends a string, or the text's end.
    private static func endOfString(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position, text.count)
    }

    private mutating func open(object: Bool) throws(JSONFault) {
        guard isObject.count < maximumDepth else { throw .depth(maximum: maximumDepth) }
        isObject.append(object)
        if keys.count < isObject.count { keys.append([]) }
        if object {
            let level = isObject.count - 1
            // Emptying costs as much as its capacity: a large object's set is not kept for a hundred thousand small ones.
            if keys[level].count > JSONScan.keptKeys {
                keys[level] = []
            } else {
                keys[level].removeAll(keepingCapacity: true)
            }
        }
        expectsKey = object
    }

    private mutating func take(key: UnsafeRawBufferPointer) throws(JSONFault) {
        let isPlain = key.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\\") && $0 != 0 }
        guard key.count <= (isPlain ? maximumKeyBytes : min(maximumKeyBytes, maximumStrangeKeyBytes)) else {
            let beginning = String(decoding: key.prefix(JSONScan.shownBytes + 3), as: UTF8.self)
            throw .strangeKey(beginning.cut(bytes: JSONScan.shownBytes), maximumBytes: maximumKeyBytes)
        }
        let text = String(decoding: key, as: UTF8.self)
        guard keys[isObject.count - 1].insert(ByteKey(text)).inserted else { throw .repeatedKey(text) }
    }
}
