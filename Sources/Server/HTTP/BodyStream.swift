import Foundation

/// One step of a streamed response body.
public enum BodyChunk: Sendable, Equatable {
    /// Some bytes; empty ones are allowed and skipped.
    case bytes(Data)
    /// The body is complete.
    case end
    /// The body cannot be completed; the connection is cut so that the client sees it as truncated.
    case failed
}

/// Produces a body on demand. The connection asks for the next chunk only when the last one has gone to the kernel, so
/// a body of any length takes the memory of one chunk, and a slow reader slows the source down.
public protocol BodySource: Sendable {
    /// Asks for the next chunk. Called on the connection's queue, never again before the last answer: return at once
    /// and call `deliver` exactly once, from any thread, at any later time (server-sent events wait here).
    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void)
    /// The connection needs no more chunks, because the body ended or the client has gone. Called once.
    func finish()
}

/// A body from a source, with its length where it is known.
public final class BodyStream: Sendable, Equatable {
    /// Bytes in all; nil sends the body chunked (HTTP/1.1) or ended by closing (HTTP/1.0).
    public let length: Int?
    /// It goes on for as long as the client listens (events), so that there may be only so many of them at one time.
    public let isEndless: Bool
    let source: any BodySource

    public init(length: Int?, isEndless: Bool = false, source: any BodySource) {
        self.length = length
        self.isEndless = isEndless
        self.source = source
    }

    /// Two streams are the same when they are one object.
    public static func == (left: BodyStream, right: BodyStream) -> Bool { left === right }
}
