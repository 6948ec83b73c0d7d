/// What is decided about a request from its head alone, before its body is read.
public enum Admission: Sendable, Equatable {
    /// Read the body, up to so many bytes, and then call `respond`.
    case accept(maximumBodyBytes: Int)
    /// Read the body, up to so many bytes, into the intake as it arrives; then call `respond`.
    case stream(maximumBodyBytes: Int, BodyIntake)
    /// Answer at once; the body is not read.
    case reject(Response)
    /// Answer once the body has been read and dropped, so that the connection stays; at once where it is too long for
    /// that, or the client waits for a word before it sends it.
    case refuse(Response)
}

/// The application behind the server.
public protocol Responder: Sendable {
    /// Decides about a request before its body is read, and notes in the head who sent it. Called on the connection's
    /// queue: return at once.
    func admit(_ head: inout RequestHead) -> Admission

    /// Answers a complete request. Called on the connection's queue: return at once and do the work elsewhere.
    /// - Parameter reply: to be called exactly once, from any thread. A second call is ignored and logged; when it is
    ///   released without having been called the client gets a 500.
    func respond(to request: Request, reply: @escaping @Sendable (Response) -> Void)

    /// Whether an admitted request would be admitted still, by what the server knows of clients now.
    func isStillWelcome(_ head: RequestHead) -> Bool

    /// Whether the request is answered even where there is no place for further clients.
    func isHealthCheck(_ head: RequestHead) -> Bool

    /// Whether connections from this peer carry the requests of many clients.
    func speaksForOthers(_ peer: SocketAddress) -> Bool
}

extension Responder {
    public func isStillWelcome(_ head: RequestHead) -> Bool { true }
    public func isHealthCheck(_ head: RequestHead) -> Bool { false }
    public func speaksForOthers(_ peer: SocketAddress) -> Bool { false }
}
