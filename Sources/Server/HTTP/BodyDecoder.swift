import Foundation
import HTTPTypes

/// Decodes a request body by its framing, never into more than `maximumBytes`.
struct BodyDecoder: Equatable {
    private enum Coding: Equatable {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    private var coding: Coding

    /// - Throws: 413 at once when Content-Length says that the body is over the limit.
    init(_ framing: BodyFraming, maximumBytes: Int, limits: ServerLimits) throws(Rejection) {
        switch framing {
        case .none:
            coding = .length(remaining: 0)
        case .length(let length):
            guard length <= maximumBytes else { throw Self.tooLarge(maximumBytes) }
            coding = .length(remaining: length)
        case .chunked:
            coding = .chunked(ChunkedDecoder(limits: limits, maximumBytes: maximumBytes))
        }
    }

    /// RFC 9110 section 15.5.14.
    static func tooLarge(_ maximumBytes: Int) -> Rejection {
        Rejection(.contentTooLarge, "The body is larger than \(maximumBytes) bytes, the limit here.")
    }

    /// - Returns: true once the body is complete.
    mutating func decode(_ input: inout InputBuffer, into body: inout Data) throws(Rejection) -> Bool {
        switch coding {
        case .length(let remaining):
            let left = remaining - input.take(upTo: remaining, into: &body)
            coding = .length(remaining: left)
            return left == 0
        case .chunked(var decoder):
            let done = try decoder.decode(&input, into: &body)
            coding = .chunked(decoder)
            return done
        }
    }
}
