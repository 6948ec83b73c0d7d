import Foundation

/// Text files that people write: lists of names, tables of labels. Read front to back and once, so that anything which
/// can be read will do: a file, `/dev/stdin`, a FIFO, `<(...)`.
public enum TextFile {
    /// Why one can't be read. The description goes on after its path and a colon.
    public struct Unreadable: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Over that of a million lines; a device that never ends is given up here.
    public static let maximumBytes = 256 << 20

    /// The whole text; UTF-8 with its byte order mark where it has one.
    /// - Parameters:
    ///   - path: a file, or any stream.
    ///   - encoding: of a file without a byte order mark; nil is UTF-8. A mark is obeyed first: it can't be there by
    ///     chance.
    ///   - cure: what is to be done about a file of another encoding.
    /// - Throws: `Unreadable`, which names the first byte that is no text, and its line.
    public static func read(
        _ path: String, encoding: TextEncoding? = nil, cure: String = "save it as UTF-8",
        maximumBytes: Int = maximumBytes
    ) throws(Unreadable) -> String {
        let bytes = try bytes(path, maximumBytes: maximumBytes)
        return try text(bytes, encoding: encoding, cure: cure)
    }

    /// - Parameters: as of `read`.
    public static func text(
        _ bytes: [UInt8], encoding: TextEncoding? = nil, cure: String = "save it as UTF-8"
    ) throws(Unreadable) -> String {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw Unreadable(description: "is UTF-32 text; save it as UTF-8")
        }
        let marked = TextEncoding.marked(bytes)
        switch marked?.encoding ?? encoding ?? .utf8 {
        case .utf8: return try utf8(bytes, cure: cure)
        case .utf16LittleEndian: return try utf16(bytes, from: marked?.mark ?? 0, isLittleEndian: true)
        case .utf16BigEndian: return try utf16(bytes, from: marked?.mark ?? 0, isLittleEndian: false)
        case .latin1: return try singleBytes(bytes, marks: nil)
        case .windows1252: return try singleBytes(bytes, marks: TextEncoding.windows1252Marks)
        }
    }

    private static func bytes(_ path: String, maximumBytes: Int) throws(Unreadable) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(description: FileFault.words(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(descriptor, &part, part.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw Unreadable(description: FileFault.words(errno))
            }
            bytes += part[..<count]
            guard bytes.count <= maximumBytes else {
                throw Unreadable(description: "has more than \(maximumBytes) bytes: no list of names or labels")
            }
        }
    }

    // MARK: - Encodings

    private static func utf8(_ bytes: [UInt8], cure: String) throws(Unreadable) -> String {
        guard let offset = firstFault(in: bytes) else { return String(decoding: bytes, as: UTF8.self) }
        throw Unreadable(
            description: "is not UTF-8 text: line \(line(of: offset, in: bytes)) holds the byte "
                + "\(hex(bytes[offset])), at offset \(offset) of the file; \(cure)")
    }

    /// Offset of the first byte that does not belong to UTF-8.
    private static func firstFault(in bytes: [UInt8]) -> Int? {
        // Nearly all files are ASCII, which needs no parser.
        guard var offset = bytes.firstIndex(where: { $0 >= 0x80 }) else { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes[offset...].makeIterator()
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }

    private static func utf16(_ bytes: [UInt8], from start: Int, isLittleEndian: Bool) throws(Unreadable) -> String {
        let (low, high) = isLittleEndian ? (0, 1) : (1, 0)
        let units = stride(from: start, to: bytes.count - 1, by: 2).lazy.map { offset in
            UInt16(bytes[offset + high]) << 8 | UInt16(bytes[offset + low])
        }
        var parser = Unicode.UTF16.ForwardParser()
        var rest = units.makeIterator()
        var (text, offset): ([UInt8], Int) = ([], start)
        func fault(_ what: String) -> Unreadable {
            Unreadable(
                description: "is not UTF-16 text: line \(line(of: text.count, in: text)) holds \(what), at offset "
                    + "\(offset) of the file; save it as UTF-8")
        }
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let scalar):
                offset += 2 * scalar.count
                text.append(contentsOf: UTF8.encode(Unicode.UTF16.decode(scalar)) ?? UTF8.encodedReplacementCharacter)
            case .error: throw fault("half of a surrogate pair")
            case .emptyInput:
                guard offset == bytes.count else { throw fault("half a character") }
                return String(decoding: text, as: UTF8.self)
            }
        }
    }

    /// - Parameter marks: scalars of the bytes 0x80...0x9F, 0 for none; nil takes the bytes' values.
    private static func singleBytes(_ bytes: [UInt8], marks: [UInt16]?) throws(Unreadable) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for (offset, byte) in bytes.enumerated() {
            guard byte >= 0x80 else {
                text.append(byte)
                continue
            }
            let value = marks.flatMap { byte < 0xA0 ? $0[Int(byte) - 0x80] : nil } ?? UInt16(byte)
            guard value != 0, let scalar = Unicode.Scalar(value) else {
                throw Unreadable(
                    description: "is not Windows-1252 text: line \(line(of: offset, in: bytes)) holds the byte "
                        + "\(hex(byte)), at offset \(offset) of the file; save it as UTF-8")
            }
            text.append(contentsOf: scalar.utf8)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16, uppercase: true) }

    /// From 1; lines end with LF, CR LF or CR.
    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        var line = 1
        for index in 0..<offset {
            let isReturn = bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
            if bytes[index] == 0x0A || isReturn { line += 1 }
        }
        return line
    }
}
