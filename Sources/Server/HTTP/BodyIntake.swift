import Foundation

/// Takes a request's body as it arrives, so that a large one is never held whole.
public protocol BodySink: Sendable {
    /// Takes the next bytes of the body. Called on the connection's queue, never again before the last `done`: return
    /// at once and call `done` exactly once, from any thread.
    /// - Parameter done: with an answer where no more of the body is wanted, which is sent at once.
    func take(_ bytes: Data, done: @escaping @Sendable (Response?) -> Void)
    /// Bytes that it keeps of what it took, about. Asked on the connection's queue.
    var heldBytes: Int { get }
    /// The body will not be completed: the request was refused, or the client has gone. Not called once it is complete.
    func abandon()
}

/// A body that goes to a sink, in batches.
public final class BodyIntake: Sendable, Equatable {
    /// Bytes gathered before the sink gets them; while it is at work, so many more are read ahead.
    static let batchBytes = 256 * 1024

    let sink: any BodySink

    public init(_ sink: any BodySink) {
        self.sink = sink
    }

    /// Two intakes are the same when they are one object.
    public static func == (left: BodyIntake, right: BodyIntake) -> Bool { left === right }
}
