import Foundation

/// Text files that people write: lists of names, tables of labels.
public enum TextFile {
    /// Why one can't be read. The description goes on after its path and a colon.
    public struct Unreadable: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Over that of a million lines; a device that never ends is given up here.
    public static let maximumBytes = 256 << 20

    /// The whole text, with its byte order mark where it has one.
    /// - Parameter path: a file, or a pipe.
    /// - Throws: `Unreadable`, which names the first byte that is no UTF-8.
    public static func read(_ path: String, maximumBytes: Int = maximumBytes) throws(Unreadable) -> String {
        let bytes = try bytes(path, maximumBytes: maximumBytes)
        guard let offset = firstFault(in: bytes) else { return String(decoding: bytes, as: UTF8.self) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Unreadable(description: "is UTF-16 text; save it as UTF-8")
        }
        let byte = String(bytes[offset], radix: 16, uppercase: true)
        throw Unreadable(
            description: "is not UTF-8 text: line \(line(of: offset, in: bytes)) holds the byte 0x\(byte), "
                + "at offset \(offset) of the file; save it as UTF-8")
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

    /// From 1; lines end with LF, CR LF or CR.
    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        var line = 1
        for index in 0..<offset {
            let isReturn = bytes[index] == 0x0D && bytes[index + 1] != 0x0A
            if bytes[index] == 0x0A || isReturn { line += 1 }
        }
        return line
    }
}
