import Foundation

/// What the server and its engine's process send each other: a JSON header and raw bytes.
///
/// On the wire: length of the header in 4 bytes, length of the body in 8, both little-endian; header; body.
struct Frame: Equatable, Sendable {
    let header: Data
    let body: Data

    static let prefixBytes = 12
    /// Room for the labels of any model.
    static let maximumHeaderBytes = 1 << 20
    /// Room for any upload, and for the masks of any picture.
    static let maximumBodyBytes = 1 << 30

    /// Header or body beyond the bounds above: the two do not speak the same language.
    struct InvalidLength: Error, Equatable, CustomStringConvertible {
        let headerBytes: UInt64
        let bodyBytes: UInt64
        var description: String { "a frame has a header of \(headerBytes) bytes and a body of \(bodyBytes)" }
    }

    fileprivate init(uncheckedHeader header: Data, body: Data) {
        self.header = header
        self.body = body
    }

    /// - Throws: `InvalidLength`, or why the header cannot be encoded.
    init(_ header: some Encodable, body: Data = Data()) throws {
        self.init(uncheckedHeader: try JSONEncoder().encode(header), body: body)
        try Frame.check(headerBytes: UInt64(self.header.count), bodyBytes: UInt64(body.count))
    }

    fileprivate static func check(headerBytes: UInt64, bodyBytes: UInt64) throws(InvalidLength) {
        guard headerBytes <= maximumHeaderBytes, bodyBytes <= maximumBodyBytes else {
            throw InvalidLength(headerBytes: headerBytes, bodyBytes: bodyBytes)
        }
    }

    func header<T: Decodable>(_ type: T.Type = T.self) throws -> T { try JSONDecoder().decode(type, from: header) }

    /// The bytes on the wire, as parts so that a large body is not copied.
    var parts: [Data] {
        var prefix = Data(capacity: Frame.prefixBytes + header.count)
        withUnsafeBytes(of: UInt32(header.count).littleEndian) { prefix.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(body.count).littleEndian) { prefix.append(contentsOf: $0) }
        return [prefix + header, body]
    }
}

/// Bytes, as they arrive, to frames.
struct FrameDecoder {
    /// Grows with what arrives, never by what a length claims.
    private var buffer = Data()

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame; nil until more has arrived.
    mutating func next() throws(Frame.InvalidLength) -> Frame? {
        guard buffer.count >= Frame.prefixBytes else { return nil }
        let (headerBytes, bodyBytes) = buffer.withUnsafeBytes {
            (
                UInt64(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))),
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
            )
        }
        try Frame.check(headerBytes: headerBytes, bodyBytes: bodyBytes)
        let headerEnd = Frame.prefixBytes + Int(headerBytes)
        let end = headerEnd + Int(bodyBytes)
        guard buffer.count >= end else { return nil }
        let start = buffer.startIndex
        let frame = Frame(
            uncheckedHeader: Data(buffer[start + Frame.prefixBytes..<start + headerEnd]),
            body: Data(buffer[start + headerEnd..<start + end]))
        // A buffer of its own: what is left must not keep a large frame's memory.
        buffer = Data(buffer[(start + end)...])
        return frame
    }
}
