import HTTPTypes

/// A request that the protocol layer refuses: the status to answer and a sentence for the client.
///
/// After a framing error the position of the next request is unknown, so the connection is always closed after it
/// (RFC 9112 section 2.2, section 6.3).
struct Rejection: Error, Equatable {
    let status: HTTPResponse.Status
    let detail: String

    init(_ status: HTTPResponse.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    static func badRequest(_ detail: String) -> Rejection { Rejection(.badRequest, detail) }
}
