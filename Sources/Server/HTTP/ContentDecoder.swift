import CZlib
import Foundation
import HTTPTypes

/// Decompresses a request's body as it arrives, never into more than `maximumBytes`.
///
/// A few bytes may become many: one step makes at most `stepBytes`, and whoever calls lets others have their turn before
/// the next.
final class ContentDecoder {
    static let stepBytes = 1 << 20
    /// What zlib allocates, about: its window, its tables, its state.
    private static let stateBytes = 48 << 10
    private static let bufferBytes = 64 << 10
    /// A gzip member's first byte (RFC 1952 section 2.3.1).
    private static let gzipMagic: UInt8 = 0x1F

    private enum Stage {
        /// Before the first byte: how it goes on may depend on it.
        case start
        case inside
        case ended
    }

    private let coding: ContentCoding
    private let maximumBytes: Int
    /// On the heap, because zlib keeps its address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var stage = Stage.start
    /// Bytes that came and were not looked at yet.
    private var encoded = Data()
    private var madeBytes = 0
    /// More can be made of what has come.
    private(set) var hasMore = false

    init(_ coding: ContentCoding, maximumBytes: Int) {
        self.coding = coding
        self.maximumBytes = maximumBytes
        stream.initialize(to: z_stream())
    }

    deinit {
        if stream.pointee.state != nil { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Bytes of memory that it takes.
    var heldBytes: Int { encoded.count + (stage == .start ? 0 : Self.stateBytes) }

    /// Takes what came next, and makes as much of it as one step may; the rest, where `hasMore`, of later calls.
    /// - Parameter body: the decompressed bytes are appended.
    /// - Throws: 413 at once when they would be more than the limit, 400 for what is no such data.
    func decode(_ new: Data, into body: inout Data) throws(Rejection) {
        encoded.append(new)
        var room = Self.stepBytes
        hasMore = false
        while true {
            switch stage {
            case .start:
                guard try begin() else { return }
            case .inside:
                guard room > 0 else {
                    hasMore = true
                    return
                }
                guard let made = try inflateOnce(into: &body) else { return }
                room -= made
            case .ended:
                guard let next = encoded.first else { return }
                // RFC 1952 section 2.2: members may follow each other.
                guard coding == .gzip, next == Self.gzipMagic, inflateReset(stream) == Z_OK else {
                    throw .badRequest("Bytes follow the end of the \(coding.name) data in the body.")
                }
                stage = .inside
            }
        }
    }

    /// The body's last byte has come, and nothing more can be made of it.
    /// - Throws: 400 where the data goes on.
    func finish() throws(Rejection) {
        guard stage == .ended else { throw .badRequest("The body ends in the middle of its \(coding.name) data.") }
    }

    /// - Returns: false where more bytes have to come first.
    private func begin() throws(Rejection) -> Bool {
        guard encoded.count >= 2 else { return false }
        let windowBits: Int32 =
            switch coding {
            case .gzip: 16 + MAX_WBITS
            case .deflate: Self.isZlib(encoded) ? MAX_WBITS : -MAX_WBITS
            }
        let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw Rejection(.serviceUnavailable, "There is no memory to decompress the body; try again soon.")
        }
        stage = .inside
        return true
    }

    /// RFC 1950 section 2.2. Deflate alone never begins so: the fourth bit of a stored block's first byte is padding.
    private static func isZlib(_ data: Data) -> Bool {
        let method = data[data.startIndex]
        let flags = data[data.startIndex + 1]
        return method & 0x0F == 8 && method >> 4 <= 7 && (Int(method) << 8 | Int(flags)) % 31 == 0
    }

    /// One buffer's worth.
    /// - Returns: bytes made; nil where more have to come first.
    private func inflateOnce(into body: inout Data) throws(Rejection) -> Int? {
        var made = 0
        var taken = 0
        let status = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.bufferBytes) { buffer in
            let status = encoded.withUnsafeBytes { bytes in
                let input = bytes.bindMemory(to: UInt8.self)
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                let status = inflate(stream, Z_NO_FLUSH)
                taken = input.count - Int(stream.pointee.avail_in)
                made = buffer.count - Int(stream.pointee.avail_out)
                return status
            }
            if made <= maximumBytes - madeBytes { body.append(UnsafeBufferPointer(rebasing: buffer[..<made])) }
            return status
        }
        // A copy of what is left: the rest of a large arrival does not stay with the bytes before it.
        encoded = Data(encoded.dropFirst(taken))
        guard made <= maximumBytes - madeBytes else {
            throw Rejection(
                .contentTooLarge, "The body is larger than \(maximumBytes) bytes when decompressed, the limit here.")
        }
        madeBytes += made
        switch status {
        case Z_STREAM_END: stage = .ended
        case Z_OK: break
        // Neither input nor room moved it on: it waits for input.
        case Z_BUF_ERROR: return nil
        case Z_MEM_ERROR:
            throw Rejection(.serviceUnavailable, "There is no memory to decompress the body; try again soon.")
        default:
            throw .badRequest("The body is no valid \(coding.name) data\(reason).")
        }
        return made
    }

    /// zlib's own words, which are constants of its own.
    private var reason: String { stream.pointee.msg.map { ": \(String(cString: $0))" } ?? "" }
}

/// Two decoders are the same when they are one object.
extension ContentDecoder: Equatable {
    static func == (left: ContentDecoder, right: ContentDecoder) -> Bool { left === right }
}
