import HTTPTypes
import Text

/// How a request's body is compressed (RFC 9110 section 8.4).
enum ContentCoding: Equatable {
    case gzip
    /// zlib's format, and also deflate alone, which some clients send under this name (section 8.4.1.2).
    case deflate

    /// For an answer that refuses another one (section 15.5.16).
    static let accepted = "gzip, deflate"

    /// - Returns: nil for a body that is sent as it is.
    /// - Throws: a 415 that names the coding.
    static func of(_ fields: HTTPFields) throws(Problem) -> ContentCoding? {
        let values = fields[values: .contentEncoding]
        guard !values.isEmpty else { return nil }
        let codings = values.joined(separator: ",").split(onByte: ",", maximumSplits: 64)
            .map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
        guard codings.count <= 1 else { throw unsupported("more than one coding, one over the other") }
        guard let coding = codings.first else { return nil }
        let name = coding.utf8.count <= 16 && coding.isASCII ? coding.lowercased() : ""
        switch name {
        case "identity": return nil
        // RFC 9110 section 8.4.1.3.
        case "gzip", "x-gzip": return .gzip
        case "deflate": return .deflate
        default: throw unsupported("\"\(coding.cut(bytes: 40).shown)\"")
        }
    }

    private static func unsupported(_ found: String) -> Problem {
        Problem(
            .unsupportedMediaType,
            "The body's Content-Encoding is \(found); send it as gzip or deflate, or as it is.",
            fields: [.acceptEncoding: accepted])
    }

    /// For messages.
    var name: String {
        switch self {
        case .gzip: "gzip"
        case .deflate: "deflate"
        }
    }
}
