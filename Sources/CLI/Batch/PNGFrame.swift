import Engine
import Foundation

/// A PNG's first and last bytes, which tell a whole file from a cut one.
enum PNGFrame {
    /// The last chunk: no data, its name, its checksum.
    private static let end = Data([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])

    static func isWhole(_ bytes: Data) -> Bool {
        ImageFormat.sniff(bytes) == .png && bytes.suffix(end.count) == end
    }

    /// False also when there is no such file.
    static func isWhole(fileAt url: URL) -> Bool {
        guard let file = try? FileHandle(forReadingFrom: url) else { return false }
        defer { try? file.close() }
        guard let head = try? file.read(upToCount: 8), let size = try? file.seekToEnd(), size >= end.count,
            (try? file.seek(toOffset: size - UInt64(end.count))) != nil, let tail = try? file.readToEnd()
        else { return false }
        return isWhole(head + tail)
    }
}
