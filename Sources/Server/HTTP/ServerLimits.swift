/// Every bound the HTTP server puts on a peer, in one place. Sizes are bytes.
public struct ServerLimits: Sendable, Equatable {
    // Head: what is buffered before anything is known about the request.

    /// Bytes of request line and header fields together; more is answered 431.
    public var headBytes = 32 * 1024
    /// Header fields of one request (and trailer fields of one chunked body); more is answered 431.
    public var fieldCount = 100
    /// Bytes of the request target; more is answered 414.
    public var targetBytes = 8 * 1024

    // Body: its size limit comes from the route (see `Admission`).

    /// Bytes of all chunk extensions of one body together; more is answered 400.
    public var chunkExtensionBytes = 4 * 1024
    /// Bytes of all trailer fields of one body together; more is answered 431.
    public var trailerBytes = 8 * 1024
    /// Bytes of request bodies that all connections together may hold; beyond it uploads are answered 503.
    public var bufferedBodyBytes = 1024 * 1024 * 1024
    /// Bytes read ahead of the request being answered (pipelining); then reading pauses.
    public var pipelinedBytes = 16 * 1024

    // Time.

    /// From the first byte of a head (or from accepting a connection) to the head's last byte.
    public var headerTimeout: Duration = .seconds(10)
    /// Between two arrivals of body bytes.
    public var bodyIdleTimeout: Duration = .seconds(10)
    /// Average arrival of body bytes per second that a client must keep up after the first `bodyIdleTimeout`.
    public var minimumBodyRate = 1024
    /// Between two moments at which a reader took bytes of the response.
    public var writeIdleTimeout: Duration = .seconds(30)
    /// Between the end of a response and the first byte of the next request.
    public var keepAliveTimeout: Duration = .seconds(60)

    // Lingering close: after the write side is shut the peer's bytes are discarded for a while, because closing a
    // socket that holds unread bytes sends a reset, which can destroy the response on its way.

    /// Whole length of a lingering close.
    public var lingerTimeout: Duration = .seconds(10)
    /// Between two arrivals during a lingering close.
    public var lingerIdleTimeout: Duration = .seconds(2)
    /// Bytes discarded during a lingering close.
    public var lingerBytes = 128 * 1024 * 1024

    // Connections.

    /// Connections served at once; also capped by the descriptor limit less `reservedDescriptors`.
    public var connections = 4096
    /// Descriptors that connections never use: database, logs, epoll, image files.
    public var reservedDescriptors = 32
    /// Connections beyond the cap that are being told 503 at one time; beyond these, accepting pauses.
    public var refusals = 8
    /// Length of the kernel's queue of connections not yet accepted.
    public var backlog = 512
    /// Serial queues that all connections share.
    public var lanes = 4

    public init() {}
}
