import Foundation
import HTTPTypes

/// An error answer, `application/problem+json` (RFC 9457). Every error of the server, the parser's rejections
/// included, is one of these, and this file is the only place that renders them.
public struct Problem: Error, Sendable, Equatable {
    /// One invalid field of the request.
    public struct FieldError: Sendable, Equatable, Codable {
        /// Name of the query item, part, header or member.
        public let field: String
        public let detail: String
        public init(field: String, detail: String) {
            self.field = field
            self.detail = detail
        }
    }

    public var status: HTTPResponse.Status
    /// URI of the kind of problem; `about:blank` says that the status tells it all.
    public var type: String
    public var title: String
    public var detail: String?
    public var errors: [FieldError]
    /// Header fields that belong to the answer, such as `Allow` and `Retry-After`.
    public var fields: HTTPFields

    public init(
        _ status: HTTPResponse.Status, _ detail: String? = nil, type: String = "about:blank", title: String? = nil,
        errors: [FieldError] = [], fields: HTTPFields = [:]
    ) {
        self.status = status
        self.type = type
        self.title = title ?? status.reasonPhrase
        self.detail = detail
        self.errors = errors
        self.fields = fields
    }

    /// The kind of a 429 that waiting does not help against.
    public static let quotaType = "urn:pseudolabel:problem:quota"

    /// 503 with `Retry-After` in seconds: a full queue, or not ready.
    public static func unavailable(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(.serviceUnavailable, detail, fields: [.retryAfter: String(seconds)])
    }

    init(_ rejection: Rejection) {
        self.init(rejection.status, rejection.detail)
    }

    /// The problem that any error is: itself, or what it converts to, or a 500 that does not tell its inside.
    public init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let convertible as any ProblemConvertible: self = convertible.problem
        case let rejection as Rejection: self.init(rejection)
        default: self.init(.internalServerError, "The server failed on this request; its log has the reason.")
        }
    }

    private struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String?
        let instance: String?
        let request_id: String
        let errors: [FieldError]?
    }

    /// The JSON document.
    /// - Parameter instance: path of the request, where it is known.
    func render(requestID: String, instance: String?) -> Data {
        let document = Document(
            type: type, title: title, status: status.code, detail: detail, instance: instance, request_id: requestID,
            errors: errors.isEmpty ? nil : errors)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings and integers cannot fail; an empty object would still be a valid answer.
        return (try? encoder.encode(document)) ?? Data("{}".utf8)
    }
}

/// An error that knows which answer it is.
public protocol ProblemConvertible: Error {
    var problem: Problem { get }
}
