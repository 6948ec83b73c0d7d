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
    /// Bytes of request bodies that all connections together may hold; beyond it the slowest upload is answered 503.
    public var bufferedBodyBytes = 1024 * 1024 * 1024
    /// Those of one client; beyond it that client's slowest upload is answered 429. nil is a quarter of all.
    public var clientBodyBytes: Int?
    /// Bytes of a refused body that are read and dropped for the connection's sake; behind more of them it is closed.
    public var droppedBodyBytes = 1024 * 1024
    /// Bytes read ahead of the request being answered (pipelining); then reading pauses.
    public var pipelinedBytes = 16 * 1024

    // Answers.

    /// Bytes of answers that wait for their readers, those of all connections together; beyond it slow readers are cut
    /// off, then answers are 503.
    public var bufferedAnswerBytes = 256 * 1024 * 1024
    /// Those of one client; beyond it its answers are 429. nil is a quarter of all.
    public var clientAnswerBytes: Int?
    /// Answers below this are always sent, and not counted.
    static let smallAnswerBytes = 16 * 1024

    // Time.

    /// From the first byte of a head (or from accepting a connection) to the head's last byte.
    public var headerTimeout: Duration = .seconds(10)
    /// Between two arrivals of body bytes.
    public var bodyIdleTimeout: Duration = .seconds(10)
    /// Bytes of a body per second that must arrive on average in every `bodyIdleTimeout`.
    public var minimumBodyRate = 1024
    /// From the complete head to the last byte of the body.
    public var bodyTimeout: Duration = .seconds(600)
    /// Between two moments at which a reader took bytes of the response.
    public var writeIdleTimeout: Duration = .seconds(30)
    /// Bytes of an answer per second that a reader must take on average in every `writeIdleTimeout` in which some wait.
    public var minimumAnswerRate = 1024
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
    /// Those of one address; more get health checks answered and 429 otherwise. nil is a quarter of all, at least 64.
    /// Also the requests at one time of one token, or of one client behind a trusted proxy.
    public var clientConnections: Int?
    /// Streams without end, such as events, at one time; more are answered 503. nil is a quarter of the connections.
    public var streams: Int?
    /// Those of one client; more are answered 429.
    public var clientStreams = 32
    /// Descriptors that connections never use: database, logs, epoll, image files.
    public var reservedDescriptors = 32
    /// Connections beyond the cap that are being told 503 at one time, or get a health check answered; beyond these,
    /// accepting pauses.
    public var refusals = 8
    /// Length of the kernel's queue of connections not yet accepted.
    public var backlog = 512
    /// Serial queues that all connections share.
    public var lanes = 4

    public init() {}

    /// For connections beyond those served: time for a health check and little else.
    var forHealthChecks: ServerLimits {
        var limits = self
        limits.headerTimeout = min(headerTimeout, .seconds(2))
        limits.bodyIdleTimeout = min(bodyIdleTimeout, .seconds(2))
        limits.bodyTimeout = min(bodyTimeout, .seconds(2))
        limits.writeIdleTimeout = min(writeIdleTimeout, .seconds(2))
        limits.lingerTimeout = min(lingerTimeout, .seconds(2))
        limits.lingerIdleTimeout = min(lingerIdleTimeout, .seconds(1))
        return limits
    }
}
