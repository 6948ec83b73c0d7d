import Foundation

/// Bytes received and not yet consumed, with a cursor so that no byte is scanned twice for a line end.
struct InputBuffer: Sendable, Equatable {
    private var bytes: [UInt8] = []
    /// First byte not yet consumed.
    private var start = 0
    /// First byte not yet searched for a line feed; never below `start`.
    private var scanned = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }
    var first: UInt8? { isEmpty ? nil : bytes[start] }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        compact()
        bytes.append(contentsOf: new)
    }

    /// Takes the bytes up to the next line feed (which is consumed, not returned), or nil when there is none yet.
    mutating func takeLine() -> ArraySlice<UInt8>? {
        guard let end = nextLineFeed() else {
            scanned = bytes.count
            return nil
        }
        let line = bytes[start..<end]
        start = end + 1
        scanned = start
        return line
    }

    /// Takes at most `limit` bytes into `body` and returns how many.
    mutating func take(upTo limit: Int, into body: inout Data) -> Int {
        let taken = min(limit, count)
        guard taken > 0 else { return 0 }
        bytes.withUnsafeBytes { raw in
            body.append(contentsOf: raw[start..<start + taken])
        }
        start += taken
        scanned = max(scanned, start)
        return taken
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: false)
        start = 0
        scanned = 0
    }

    private func nextLineFeed() -> Int? {
        bytes.withUnsafeBytes { raw in
            guard scanned < raw.count, let base = raw.baseAddress,
                let found = memchr(base + scanned, Int32(ASCII.lineFeed), raw.count - scanned)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Drops consumed bytes once they are the greater part, so that each byte moves a bounded number of times.
    private mutating func compact() {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 128 * 1024)
        } else if start > bytes.count / 2 {
            bytes.removeFirst(start)
        } else {
            return
        }
        scanned -= min(scanned, start)
        start = 0
    }
}
