import Foundation
import HTTPTypes

/// A complete request: its head and its decoded body.
public struct Request: Sendable, Equatable {
    public let head: RequestHead
    /// Empty when there is none, and when it went to the intake.
    public let body: Data
    /// What took the body as it arrived; nil where `body` holds it.
    public let intake: BodyIntake?

    public init(head: RequestHead, body: Data, intake: BodyIntake? = nil) {
        self.head = head
        self.body = body
        self.intake = intake
    }
}

/// An answer. Content-Length, Transfer-Encoding, Connection, Date and X-Request-Id are the connection's to write.
public struct Response: Sendable, Equatable {
    public enum Body: Sendable, Equatable {
        case data(Data)
        /// Rendered when it is sent, because only then its request id is known.
        case problem(Problem)
        case stream(BodyStream)
    }

    public var status: HTTPResponse.Status
    public var fields: HTTPFields
    public var body: Body
    /// Template of the route that answered, for metrics and logs; not sent.
    public var route: String?

    public init(_ status: HTTPResponse.Status = .ok, fields: HTTPFields = [:], body: Data = Data()) {
        self.status = status
        self.fields = fields
        self.body = .data(body)
    }

    public init(_ status: HTTPResponse.Status = .ok, fields: HTTPFields = [:], stream: BodyStream) {
        self.status = status
        self.fields = fields
        self.body = .stream(stream)
    }

    /// A body of one media type, such as `image/png`.
    public init(_ status: HTTPResponse.Status = .ok, _ contentType: String, _ body: Data, fields: HTTPFields = [:]) {
        self.init(status, fields: fields, body: body)
        self.fields[.contentType] = contentType
    }

    public init(_ problem: Problem) {
        status = problem.status
        fields = problem.fields
        fields[.contentType] = "application/problem+json"
        body = .problem(problem)
    }
}
