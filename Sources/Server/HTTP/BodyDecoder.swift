import Foundation
import HTTPTypes

/// Decodes a request body by its framing, and then by its coding, never into more than `maximumBytes`.
struct BodyDecoder: Equatable {
    private enum Framing: Equatable {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    /// How far a call came.
    enum Progress: Equatable {
        case needsMore
        /// More can be decoded of what has come; it was enough for one turn.
        case hasMore
        case complete
    }

    private var framing: Framing
    private var isFramingComplete = false
    /// nil for a body that is sent as it is.
    private let content: ContentDecoder?

    /// - Throws: 413 at once when Content-Length says that the body is over the limit.
    init(
        _ framing: BodyFraming, coding: ContentCoding? = nil, maximumBytes: Int, limits: ServerLimits
    ) throws(Rejection) {
        switch framing {
        case .none:
            self.framing = .length(remaining: 0)
        case .length(let length):
            guard length <= maximumBytes else { throw Self.tooLarge(maximumBytes) }
            self.framing = .length(remaining: length)
        case .chunked:
            self.framing = .chunked(ChunkedDecoder(limits: limits, maximumBytes: maximumBytes))
        }
        content = framing == .none ? nil : coding.map { ContentDecoder($0, maximumBytes: maximumBytes) }
    }

    /// RFC 9110 section 15.5.14.
    static func tooLarge(_ maximumBytes: Int) -> Rejection {
        Rejection(.contentTooLarge, "The body is larger than \(maximumBytes) bytes, the limit here.")
    }

    /// More can be decoded without another byte from the client.
    var hasMore: Bool { content?.hasMore ?? false }

    /// Bytes of memory that it takes beside the body.
    var heldBytes: Int { content?.heldBytes ?? 0 }

    mutating func decode(_ input: inout InputBuffer, into body: inout Data) throws(Rejection) -> Progress {
        guard let content else { return try takeFramed(&input, into: &body) ? .complete : .needsMore }
        var encoded = Data()
        if !isFramingComplete { isFramingComplete = try takeFramed(&input, into: &encoded) }
        try content.decode(encoded, into: &body)
        if content.hasMore { return .hasMore }
        guard isFramingComplete else { return .needsMore }
        try content.finish()
        return .complete
    }

    /// - Returns: true once the body's last byte as it was sent is taken.
    private mutating func takeFramed(_ input: inout InputBuffer, into body: inout Data) throws(Rejection) -> Bool {
        switch framing {
        case .length(let remaining):
            let left = remaining - input.take(upTo: remaining, into: &body)
            framing = .length(remaining: left)
            return left == 0
        case .chunked(var decoder):
            let done = try decoder.decode(&input, into: &body)
            framing = .chunked(decoder)
            return done
        }
    }
}
