import Foundation
import HTTPTypes
import Text

/// A valid request line and its fields, with what they imply for the connection already decided.
public struct RequestHead: Sendable, Equatable {
    public let method: HTTPRequest.Method
    public let target: RequestTarget
    public let version: HTTPVersion
    public let fields: HTTPFields
    /// `host[:port]`: the target's in absolute-form, else the Host field, else what a trusted proxy says; nil only in
    /// HTTP/1.0.
    public internal(set) var authority: String?
    /// `http`, or `https` when a trusted proxy says so.
    public internal(set) var scheme = "http"
    public let framing: BodyFraming
    /// The client waits for `100 Continue` before it sends the body.
    public let expectsContinue: Bool
    /// The client wants the connection to go on after this request (RFC 9112 section 9.3).
    public let keepsAlive: Bool
    /// The client's `X-Request-Id` where it is sane, else generated; every response carries it.
    public var requestID: String
    /// Address of the other end of the connection.
    public var peer: SocketAddress?
    /// Who sent it: the peer, until the gatekeeper knows better.
    public internal(set) var client: ClientIdentity
    /// Hash of the secret with which it was admitted; nil where it carried none that is valid.
    var tokenDigest: Data?
    /// Fields that every answer to this request carries, whoever gives it.
    var answerFields: HTTPFields = [:]

    init(
        _ line: RequestLine, fields: HTTPFields, requestID: String = "", peer: SocketAddress? = nil
    ) throws(Rejection) {
        method = line.method
        target = line.target
        version = line.version
        self.fields = fields
        authority = try Self.authority(line, fields)
        framing = try BodyFraming(fields, version: line.version)
        expectsContinue = try Self.expectsContinue(line, fields)
        keepsAlive = Self.keepsAlive(line, fields)
        self.requestID = requestID
        self.peer = peer
        client = ClientIdentity(address: peer?.host)
    }

    /// RFC 9112 section 3.2: 400 for a 1.1 request without Host and for any request with several or an invalid one,
    /// also when an absolute-form target overrides it.
    private static func authority(_ line: RequestLine, _ fields: HTTPFields) throws(Rejection) -> String? {
        let hosts = fields[values: .host]
        guard hosts.count <= 1 else { throw .badRequest("There is more than one Host header.") }
        guard let host = hosts.first else {
            if line.version == .http11 { throw .badRequest("The Host header is missing.") }
            return line.target.authority
        }
        guard HostValidation.isValid(host.utf8) else { throw .badRequest("The Host header is invalid.") }
        return line.target.authority ?? host
    }

    /// RFC 9110 section 10.1.1: an expectation other than 100-continue is 417; a 1.0 client never gets a 100.
    private static func expectsContinue(_ line: RequestLine, _ fields: HTTPFields) throws(Rejection) -> Bool {
        let expectations = fields[values: .expect]
        guard !expectations.isEmpty else { return false }
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw Rejection(.expectationFailed, "The only expectation this server meets is 100-continue.")
        }
        return line.version == .http11
    }

    private static func keepsAlive(_ line: RequestLine, _ fields: HTTPFields) -> Bool {
        // There are two that mean anything here.
        let options = fields[values: .connection].joined(separator: ",").split(onByte: ",", maximumSplits: 64)
            .map { $0.trimmingWhitespace().lowercased() }
        if options.contains("close") { return false }
        return line.version == .http11 || options.contains("keep-alive")
    }
}

extension HTTPField.Name {
    static let host = HTTPField.Name("Host")!
    public static let requestID = HTTPField.Name("X-Request-Id")!
}
