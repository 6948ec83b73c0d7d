import Foundation
import HTTPTypes

/// Decodes a chunked body (RFC 9112 section 7.1). Trailer fields are checked, bounded and dropped (section 7.1.2).
struct ChunkedDecoder: Equatable {
    private enum Stage: Equatable {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailers
        case done
    }

    /// Digits of a chunk size; 15 cannot overflow 64 bits. Leading zeros count.
    private static let sizeDigits = 15

    private let limits: ServerLimits
    private let maximumBytes: Int
    private var stage = Stage.size
    /// Of all chunks whose sizes were read.
    private var bodyBytes = 0
    private var chunks = 0
    /// Chunks of any size; further ones have to have `smallestMean` bytes on average. Each costs as much to read as hundreds
    /// of bytes, and no client has a reason to send them one by one.
    private static let smallChunks = 1024
    private static let smallestMean = 64
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerCount = 0

    init(limits: ServerLimits, maximumBytes: Int) {
        self.limits = limits
        self.maximumBytes = maximumBytes
    }

    /// Appends decoded bytes to `body`.
    /// - Returns: true once the last byte of the body and its trailers has been consumed.
    mutating func decode(_ input: inout InputBuffer, into body: inout Data) throws(Rejection) -> Bool {
        while true {
            switch stage {
            case .size:
                guard let raw = input.takeLine() else {
                    let longest = Self.sizeDigits + limits.chunkExtensionBytes + 1
                    guard input.count <= longest else { throw .badRequest("A chunk header is too long.") }
                    return false
                }
                let size = try parseSize(try FieldLine.withoutCarriageReturn(raw))
                guard size <= maximumBytes - bodyBytes else { throw BodyDecoder.tooLarge(maximumBytes) }
                bodyBytes += size
                chunks += 1
                guard chunks <= Self.smallChunks + bodyBytes / Self.smallestMean else {
                    throw .badRequest("The body comes in too many chunks of a few bytes each.")
                }
                stage = size == 0 ? .trailers : .data(remaining: size)
            case .data(let remaining):
                let left = remaining - input.take(upTo: remaining, into: &body)
                stage = left == 0 ? .dataEnd : .data(remaining: left)
                if left > 0 { return false }
            case .dataEnd:
                guard try takeDataEnd(&input) else { return false }
                stage = .size
            case .trailers:
                guard let raw = input.takeLine() else {
                    guard trailerBytes + input.count <= limits.trailerBytes else { throw trailersTooLarge() }
                    return false
                }
                try parseTrailer(raw)
            case .done:
                return true
            }
        }
    }

    /// `chunk-size [ chunk-ext ]`; extensions are ignored, and their total is capped (RFC 9112 section 7.1.1).
    private mutating func parseSize(_ line: ArraySlice<UInt8>) throws(Rejection) -> Int {
        let digits = line.prefix { ASCII.hexValue($0) != nil }
        guard !digits.isEmpty, digits.count <= Self.sizeDigits else { throw .badRequest("A chunk size is invalid.") }
        let rest = line.dropFirst(digits.count)
        if !rest.isEmpty {
            extensionBytes += rest.count
            guard extensionBytes <= limits.chunkExtensionBytes else {
                throw .badRequest("The chunk extensions are longer than \(limits.chunkExtensionBytes) bytes.")
            }
            guard ASCII.trim(rest).first == UInt8(ascii: ";"), rest.allSatisfy(ASCII.isFieldValue) else {
                throw .badRequest("A chunk size is followed by something that is no chunk extension.")
            }
        }
        return digits.reduce(0) { $0 << 4 | Int(ASCII.hexValue($1) ?? 0) }
    }

    /// The CR LF after a chunk's bytes.
    private func takeDataEnd(_ input: inout InputBuffer) throws(Rejection) -> Bool {
        guard let first = input.first else { return false }
        guard first == ASCII.carriageReturn else { throw Self.missingDataEnd }
        guard let line = input.takeLine() else {
            if input.count > 1 { throw Self.missingDataEnd }
            return false
        }
        guard line.count == 1 else { throw Self.missingDataEnd }
        return true
    }

    private static let missingDataEnd = Rejection.badRequest("A chunk does not end with CR LF where its size says.")

    private mutating func parseTrailer(_ raw: ArraySlice<UInt8>) throws(Rejection) {
        trailerBytes += raw.count + 1
        guard trailerBytes <= limits.trailerBytes else { throw trailersTooLarge() }
        let line = try FieldLine.withoutCarriageReturn(raw)
        if line.isEmpty {
            stage = .done
            return
        }
        trailerCount += 1
        guard trailerCount <= limits.fieldCount else { throw trailersTooLarge() }
        _ = try FieldLine.parse(line)
    }

    private func trailersTooLarge() -> Rejection {
        Rejection(.requestHeaderFieldsTooLarge, "The trailer fields of the body are too many or too large.")
    }
}
