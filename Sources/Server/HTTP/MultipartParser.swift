import Foundation
import HTTPTypes

/// One part of a multipart/form-data body.
public struct MultipartPart: Sendable, Equatable {
    /// Form field's name.
    public let name: String
    /// File name the client gave, as it gave it: untrusted, never a path to write to.
    public let filename: String?
    /// Content-Type of the part; nil means plain text (RFC 7578 section 4.4).
    public let contentType: MediaType?
    /// A slice of the request's body, not a copy.
    public let body: Data

    /// The body as text, or nil when it is not UTF-8.
    public var text: String? { String(validating: body, as: UTF8.self) }
}

/// Why a multipart body was refused; always a 400.
public struct MultipartError: ProblemConvertible, Equatable {
    public let detail: String
    public var problem: Problem { Problem(.badRequest, detail) }

    init(_ detail: String) { self.detail = detail }
}

/// Takes a complete multipart/form-data body apart (RFC 7578, RFC 2046 section 5.1).
public struct MultipartParser: Sendable {
    /// Parts of one body.
    public static let defaultMaximumParts = 1000

    private let boundary: [UInt8]
    private let maximumParts: Int

    /// - Parameters:
    ///   - contentType: value of the request's Content-Type field.
    /// - Throws: `MultipartError` when it is not multipart/form-data with a valid boundary (RFC 2046 section 5.1.1: 1
    ///   to 70 characters of a restricted set, not ending in a space).
    public init(contentType: String, maximumParts: Int = Self.defaultMaximumParts) throws(MultipartError) {
        guard let type = MediaType(contentType), type.essence == "multipart/form-data" else {
            throw MultipartError("The Content-Type is not multipart/form-data.")
        }
        guard let text = type.parameter("boundary"), (1...70).contains(text.utf8.count), !text.hasSuffix(" "),
            text.utf8.allSatisfy(Self.isBoundaryCharacter)
        else { throw MultipartError("The boundary parameter of the Content-Type is missing or invalid.") }
        boundary = Array("--\(text)".utf8)
        self.maximumParts = maximumParts
    }

    /// The parts in order. Preamble and epilogue are ignored.
    /// - Throws: `MultipartError` for a missing boundary or end, too many parts, or bad part headers.
    public func parse(_ body: Data) throws(MultipartError) -> [MultipartPart] {
        var parts: [MultipartPart] = []
        guard var delimiter = nextDelimiter(in: body, from: body.startIndex) else {
            throw bareLineFeeds(in: body)
                ?? MultipartError("The boundary of the Content-Type does not occur in the body.")
        }
        while !delimiter.isLast {
            guard parts.count < maximumParts else {
                throw MultipartError("The body has more than \(maximumParts) parts.")
            }
            // The CR LF that ends the delimiter's line may also begin the next delimiter, of an empty part without
            // headers: so the search starts on it.
            guard let next = nextDelimiter(in: body, from: delimiter.end - 2) else {
                throw bareLineFeeds(in: body[delimiter.end...])
                    ?? MultipartError(
                        "The body ends inside part \(parts.count + 1); the closing boundary is missing.")
            }
            guard next.start >= delimiter.end else {
                throw MultipartError("Part \(parts.count + 1) has no headers.")
            }
            parts.append(try MultipartHeaders.part(body[delimiter.end..<next.start], number: parts.count + 1))
            delimiter = next
        }
        return parts
    }

    private struct Delimiter {
        /// First byte that no longer belongs to the part before: the CR LF ahead of the boundary.
        let start: Data.Index
        /// First byte of the part after.
        let end: Data.Index
        let isLast: Bool

        func moved(by distance: Int) -> Delimiter {
            Delimiter(start: start + distance, end: end + distance, isLast: isLast)
        }
    }

    /// `CRLF "--" boundary` followed by `--`, or by padding and CR LF; at the very beginning without the CR LF. What
    /// merely starts like the boundary is content. Linear, and without an allocation for each candidate: a body may
    /// consist of them.
    private func nextDelimiter(in body: Data, from start: Data.Index) -> Delimiter? {
        body[start...].withUnsafeBytes { raw -> Delimiter? in
            guard let base = raw.baseAddress else { return nil }
            if start == body.startIndex, holdsBoundary(raw, at: 0),
                let found = delimiter(raw, start: 0, afterBoundary: boundary.count)
            {
                return found.moved(by: start)
            }
            var offset = 0
            // The boundary itself holds no CR.
            while let found = memchr(base + offset, Int32(ASCII.carriageReturn), raw.count - offset) {
                let position = UnsafeRawPointer(found) - base
                offset = position + 1
                guard offset < raw.count, raw[offset] == ASCII.lineFeed, holdsBoundary(raw, at: position + 2) else {
                    continue
                }
                if let found = delimiter(raw, start: position, afterBoundary: position + 2 + boundary.count) {
                    return found.moved(by: start)
                }
            }
            return nil
        }
    }

    private func holdsBoundary(_ raw: UnsafeRawBufferPointer, at position: Int) -> Bool {
        guard let base = raw.baseAddress, position + boundary.count <= raw.count else { return false }
        return memcmp(base + position, boundary, boundary.count) == 0
    }

    private func delimiter(_ raw: UnsafeRawBufferPointer, start: Int, afterBoundary: Int) -> Delimiter? {
        func byte(_ position: Int) -> UInt8? { position < raw.count ? raw[position] : nil }
        let dash = UInt8(ascii: "-")
        if byte(afterBoundary) == dash, byte(afterBoundary + 1) == dash {
            return Delimiter(start: start, end: afterBoundary + 2, isLast: true)
        }
        var end = afterBoundary
        while let padding = byte(end), padding == ASCII.space || padding == ASCII.tab { end += 1 }
        guard byte(end) == ASCII.carriageReturn, byte(end + 1) == ASCII.lineFeed else { return nil }
        return Delimiter(start: start, end: end + 2, isLast: false)
    }

    /// Why no delimiter was found, where one is there whose line ends with a line feed alone: the form was put together
    /// by hand, or converted.
    private func bareLineFeeds(in body: Data) -> MultipartError? {
        let isFound = body.withUnsafeBytes { raw -> Bool in
            guard let base = raw.baseAddress else { return false }
            func endsInLineFeed(_ start: Int) -> Bool {
                let end = start + boundary.count
                return end < raw.count && raw[end] == ASCII.lineFeed
            }
            if holdsBoundary(raw, at: 0), endsInLineFeed(0) { return true }
            var offset = 0
            while let found = memchr(base + offset, Int32(ASCII.lineFeed), raw.count - offset) {
                let feed = UnsafeRawPointer(found) - base
                offset = feed + 1
                guard holdsBoundary(raw, at: offset) else { continue }
                let isBare = feed == 0 || raw[feed - 1] != ASCII.carriageReturn
                if isBare || endsInLineFeed(offset) { return true }
            }
            return false
        }
        guard isFound else { return nil }
        return MultipartError(
            "The form's lines end with bare line feeds; they have to end with CR LF, as clients write them that make the "
                + "form themselves (curl -F).")
    }

    /// `bchars` of RFC 2046 section 5.1.1.
    private static func isBoundaryCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
