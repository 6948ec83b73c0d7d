/// Why a connection, a request or an answer was cut off or refused for the sake of others.
enum Cutoff: String, Sendable, CaseIterable {
    /// All connections are taken.
    case connections
    /// One client has all of its connections.
    case clientConnections = "client_connections"
    case streams
    case clientStreams = "client_streams"
    case bodyBytes = "body_bytes"
    case clientBodyBytes = "client_body_bytes"
    case answerBytes = "answer_bytes"
    case clientAnswerBytes = "client_answer_bytes"
    /// The head or body came too slowly.
    case slowRequest = "slow_request"
    /// The answer was taken too slowly.
    case slowReader = "slow_reader"
    /// The token was revoked meanwhile.
    case revoked
}
