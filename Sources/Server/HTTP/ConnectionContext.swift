import HTTPTypes

/// What a connection's state machine knows of the world around it.
struct ConnectionContext: Sendable {
    let limits: ServerLimits
    let peer: SocketAddress?
    /// The peer, as who sends requests until the gatekeeper knows better.
    let client: ClientIdentity
    /// The current value of the Date field.
    let date: @Sendable () -> String
    let makeRequestID: @Sendable () -> String

    init(
        limits: ServerLimits, peer: SocketAddress?, date: @escaping @Sendable () -> String,
        makeRequestID: @escaping @Sendable () -> String
    ) {
        self.limits = limits
        self.peer = peer
        client = ClientIdentity(address: peer?.host)
        self.date = date
        self.makeRequestID = makeRequestID
    }

    /// The client's identifier where it is sane, else a new one.
    func requestID(for fields: HTTPFields) -> String {
        let values = fields[values: .requestID]
        if values.count == 1, let given = values.first, RequestID.isSane(given) { return given }
        return makeRequestID()
    }
}

/// One finished request and its answer, for the access log and metrics.
public struct Exchange: Sendable, Equatable {
    /// nil when no request could be parsed.
    public let method: HTTPRequest.Method?
    public let path: String?
    /// Template of the route that answered.
    public let route: String?
    public let status: HTTPResponse.Status
    public let client: ClientIdentity
    public let requestID: String
    /// From the complete head to the last byte of the answer given to the kernel, as seen by the server.
    public let duration: Duration
    /// False when the connection broke before the answer was sent in full.
    public let isComplete: Bool
}
