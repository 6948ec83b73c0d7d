import HTTPTypes

/// Versions this server speaks; a higher minor version of 1 is treated as 1.1 (RFC 9110 section 2.5).
public enum HTTPVersion: Sendable, Equatable {
    case http10
    case http11
}

/// `method SP request-target SP HTTP-version` (RFC 9112 section 3).
struct RequestLine: Equatable {
    /// No registered method comes near this length.
    static let longestMethod = 32

    let method: HTTPRequest.Method
    let target: RequestTarget
    let version: HTTPVersion

    init(_ line: ArraySlice<UInt8>, limits: ServerLimits) throws(Rejection) {
        // Exactly one space between the three parts; RFC 9112 section 3 allows to be lenient, smuggling forbids it.
        let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard let methodBytes = parts.first, !methodBytes.isEmpty, methodBytes.allSatisfy(ASCII.isToken) else {
            throw .badRequest("The request line does not start with a method.")
        }
        guard methodBytes.count <= Self.longestMethod,
            let method = HTTPRequest.Method(String(decoding: methodBytes, as: UTF8.self))
        else { throw Rejection(.notImplemented, "The method is not known.") }
        guard parts.count == 3 else {
            throw .badRequest("The request line is not a method, a target and a version separated by single spaces.")
        }
        guard parts[1].count <= limits.targetBytes else { throw Self.targetTooLong(limits) }
        // The version first: its major number decides whether the rest means anything to this server.
        version = try Self.version(parts[2])
        target = try RequestTarget(parts[1], method: method)
        self.method = method
    }

    static func targetTooLong(_ limits: ServerLimits) -> Rejection {
        Rejection(.uriTooLong, "The request target is longer than \(limits.targetBytes) bytes.")
    }

    /// What is wrong with the beginning of a request line whose end has not come yet, if anything: so that a peer
    /// that speaks another protocol, or sends no line end, is answered at once.
    static func rejection(ofUnfinished count: Int, first: UInt8, limits: ServerLimits) -> Rejection? {
        if !ASCII.isToken(first) && first != ASCII.carriageReturn {
            return .badRequest("The request line does not start with a method.")
        }
        let longest = longestMethod + limits.targetBytes + " ".utf8.count * 2 + "HTTP/1.1\r".utf8.count
        return count > longest ? targetTooLong(limits) : nil
    }

    /// `HTTP/` DIGIT `.` DIGIT (RFC 9112 section 2.3).
    private static func version(_ bytes: ArraySlice<UInt8>) throws(Rejection) -> HTTPVersion {
        let text = Array(bytes)
        guard text.count == 8, text.starts(with: Array("HTTP/".utf8)), ASCII.isDigit(text[5]),
            text[6] == UInt8(ascii: "."), ASCII.isDigit(text[7])
        else { throw .badRequest("The request line does not end with an HTTP version.") }
        guard text[5] == UInt8(ascii: "1") else {
            // RFC 9110 section 15.6.6.
            throw Rejection(.httpVersionNotSupported, "This server speaks HTTP/1.1 and HTTP/1.0.")
        }
        return text[7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}
