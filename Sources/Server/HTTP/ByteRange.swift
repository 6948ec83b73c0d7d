import HTTPTypes
import Text

/// What a request's Range field asks of a body of known length (RFC 9110 section 14).
enum ByteRange: Equatable {
    /// No range, one that this server does not know, or one whose condition does not hold: the whole body.
    case whole
    case part(Range<Int>)
    /// 416.
    case unsatisfiable

    /// - Parameters:
    ///   - length: of the whole body in bytes.
    ///   - etag: the body's strong validator, with its quotes.
    init(_ fields: HTTPFields, length: Int, etag: String) {
        // Section 13.1.5: a validator that does not match means that the body is another one now.
        if let condition = fields[.ifRange], !condition.equalsBytes(of: etag) {
            self = .whole
            return
        }
        let values = fields[values: .range]
        guard values.count == 1, let value = values.first, value.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let specification = value.dropFirst("bytes=".count)
        let ends = specification.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        // Several ranges may be answered with the whole (section 14.2).
        guard ends.count == 2, !specification.contains(","), let ends = ByteRange.numbers(ends[0], ends[1]) else {
            self = .whole
            return
        }
        switch ends {
        case (nil, let suffix?):
            self = suffix > 0 && length > 0 ? .part(max(0, length - suffix)..<length) : .unsatisfiable
        case (let first?, let last):
            if let last, last < first {
                self = .whole
            } else if first >= length {
                self = .unsatisfiable
            } else {
                self = .part(first..<min(length, (last ?? Int.max - 1) + 1))
            }
        case (nil, nil):
            self = .whole
        }
    }

    /// nil where either is no number.
    private static func numbers(_ first: Substring, _ last: Substring) -> (Int?, Int?)? {
        let texts = [first, last].map { ASCII.trim(Array($0.utf8)[...]) }
        guard texts.allSatisfy({ $0.count <= 18 && $0.allSatisfy(ASCII.isDigit) }) else { return nil }
        let values = texts.map { Int(String(decoding: $0, as: UTF8.self)) }
        return (values[0], values[1])
    }
}
