import HTTPTypes
import Text

/// How the length of a request body is found (RFC 9112 section 6.3).
public enum BodyFraming: Sendable, Equatable {
    case none
    /// Content-Length in bytes, at least 1.
    case length(Int)
    case chunked

    init(_ fields: HTTPFields, version: HTTPVersion) throws(Rejection) {
        let lengths = fields[values: .contentLength]
        let codings = fields[values: .transferEncoding]
        if !codings.isEmpty {
            // RFC 9112 section 6.1: Transfer-Encoding in a 1.0 message means faulty framing.
            guard version == .http11 else {
                throw .badRequest("Transfer-Encoding is not allowed in an HTTP/1.0 request.")
            }
            // RFC 9112 section 6.3 rule 3: both together is an attempt at smuggling.
            guard lengths.isEmpty else {
                throw .badRequest("Content-Length and Transfer-Encoding are not allowed together.")
            }
            try Self.requireChunked(codings)
            self = .chunked
        } else if lengths.isEmpty {
            self = .none
        } else {
            let length = try Self.length(lengths)
            self = length == 0 ? .none : .length(length)
        }
    }

    /// The only coding this server knows is `chunked`, once and without parameters (RFC 9112 section 6.1, 7.1).
    private static func requireChunked(_ values: [String]) throws(Rejection) {
        let codings = values.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingWhitespace().lowercased() }
        guard codings.allSatisfy({ !$0.isEmpty }) else { throw .badRequest("Transfer-Encoding has an empty element.") }
        if let unknown = codings.first(where: { $0 != "chunked" && !$0.hasPrefix("chunked;") }) {
            if codings.dropLast().contains("chunked") {
                throw .badRequest("chunked must be the last transfer coding.")
            }
            throw Rejection(.notImplemented, "Transfer coding \(unknown.cut(bytes: 40)) is not supported.")
        }
        guard codings == ["chunked"] else {
            throw .badRequest("chunked must stand once and without parameters in Transfer-Encoding.")
        }
    }

    /// RFC 9112 section 6.3 rule 5: lists and repetitions may only be accepted when all are the same; here never.
    private static func length(_ values: [String]) throws(Rejection) -> Int {
        guard values.count == 1, let digits = values.first?.utf8, !digits.isEmpty, digits.allSatisfy(ASCII.isDigit)
        else { throw .badRequest("Content-Length must be one decimal number.") }
        guard let length = Int(String(decoding: digits, as: UTF8.self)) else {
            throw .badRequest("Content-Length is too large to be true.")
        }
        return length
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends (OWS).
    func trimmingWhitespace() -> String {
        String(decoding: ASCII.trim(Array(utf8)[...]), as: UTF8.self)
    }
}
