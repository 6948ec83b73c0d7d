import Foundation

/// One file of a tar archive in the POSIX format (IEEE Std 1003.1, `pax`): its header blocks and padding.
public struct TarEntry: Sendable, Equatable {
    static let blockSize = 512
    /// Two empty blocks.
    public static let endOfArchive = Data(count: 2 * blockSize)
    private static let nameField = 100

    /// Greater ones do not fit into the format's field of eleven octal digits.
    public static let maximumSize = (1 << 33) - 1

    public let path: String
    public let size: Int
    /// Seconds since 1970.
    public let modified: Int

    /// - Parameters:
    ///   - path: in the archive.
    ///   - size: bytes, at most `maximumSize`.
    ///   - modified: seconds since 1970.
    public init(path: String, size: Int, modified: Int) {
        self.path = path
        self.size = size
        self.modified = modified
    }

    /// The name field holds 100 bytes of ASCII; longer and other names need a header of their own.
    private var needsExtension: Bool {
        path.utf8.count > TarEntry.nameField || path.utf8.contains { $0 >= 0x80 }
    }

    /// Bytes of header, content and padding.
    public var length: Int {
        let own = TarEntry.blockSize + TarEntry.padded(size)
        return needsExtension
            ? TarEntry.blockSize + TarEntry.padded(TarEntry.extensionRecord(path).count) + own : own
    }

    /// Zeros after the content.
    public var padding: Data { Data(count: TarEntry.padded(size) - size) }

    static func padded(_ size: Int) -> Int { (size + blockSize - 1) / blockSize * blockSize }

    public var header: Data {
        var bytes = Data()
        if needsExtension {
            let record = TarEntry.extensionRecord(path)
            bytes += TarEntry.block(name: "PaxHeader", size: record.count, modified: modified, type: "x")
            bytes += record + Data(count: TarEntry.padded(record.count) - record.count)
        }
        // Readers that do not know the extension see a shortened name.
        let name = needsExtension ? "long-name-\(path.utf8.reduce(5381) { ($0 &* 33 &+ Int($1)) & 0xFFFF_FFFF })" : path
        return bytes + TarEntry.block(name: name, size: size, modified: modified, type: "0")
    }

    /// `LENGTH path=NAME\n`, where the length counts itself.
    private static func extensionRecord(_ path: String) -> Data {
        let rest = " path=\(path)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Data("\(length)\(rest)".utf8)
    }

    private static func block(name: String, size: Int, modified: Int, type: String) -> Data {
        var block = Data(count: blockSize)
        func put(_ text: String, at offset: Int) { block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(max(0, modified), digits: 11), at: 136)
        // The sum is taken with blanks in its own field.
        put("        ", at: 148)
        put(type, at: 156)
        put("ustar\u{0}00", at: 257)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\u{0} ", at: 148)
        return block
    }
}
