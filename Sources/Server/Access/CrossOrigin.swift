import HTTPTypes
import Text

/// Which pages of other origins may use the server from a browser (CORS, Fetch Standard section 3.2).
///
/// A page that may not also cannot change anything blindly: browsers send some kinds of POST without asking first, but
/// never without `Origin`.
public struct CrossOrigin: Sendable {
    private let origins: Set<String>

    private static let methods = "GET, HEAD, POST, PUT, DELETE"
    private static let requestFields =
        "Authorization, Content-Type, Content-Encoding, Accept, Range, If-Range, If-None-Match, Idempotency-Key, "
        + "Last-Event-ID, X-Request-Id"
    private static let responseFields =
        "Location, Retry-After, ETag, Content-Range, X-Request-Id, X-Mask-Id, X-Mask-Labels, X-Mask-Label-Source, "
        + "X-Cache, Idempotent-Replayed"
    private static let preflightSeconds = "600"

    /// - Parameter origins: `SCHEME://HOST[:PORT]`, as browsers write them.
    /// - Throws: `InvalidOrigin` for anything else, `*` and `null` included.
    public init(_ origins: [String]) throws(InvalidOrigin) {
        for origin in origins {
            guard origin.isASCII else { throw InvalidOrigin(origin: origin) }
            let parts = origin.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()),
                HostValidation.isValid(parts[1].utf8)
            else { throw InvalidOrigin(origin: origin) }
        }
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// Fields for every answer to a request, so that the page may read it.
    func fields(for head: RequestHead) -> HTTPFields {
        guard !origins.isEmpty else { return [:] }
        // Also without an Origin: a cache must not give that answer to a page.
        var fields: HTTPFields = [.vary: "Origin"]
        guard let origin = head.fields[.origin], origins.contains(origin.lowercased()) else { return fields }
        fields[.accessControlAllowOrigin] = origin
        fields[.accessControlExposeHeaders] = Self.responseFields
        return fields
    }

    /// The answer to a browser that asks whether it may send a page's request; nil for other requests.
    func preflight(_ head: RequestHead) -> Response? {
        guard head.method == .options, head.fields[.accessControlRequestMethod] != nil,
            let origin = head.fields[.origin], origins.contains(origin.lowercased())
        else { return nil }
        return Response(
            .noContent,
            fields: [
                .accessControlAllowMethods: Self.methods, .accessControlAllowHeaders: Self.requestFields,
                .accessControlMaxAge: Self.preflightSeconds,
            ])
    }

    /// Whether a request that changes something comes from a page that may not send it.
    ///
    /// A browser that calls it cross-site (Fetch Metadata, section 2.1) is believed whatever its Origin, none included:
    /// only a page of an origin that the operator named may send such a request.
    func isForbidden(_ head: RequestHead) -> Bool {
        guard head.method != .get, head.method != .head, head.method != .options else { return false }
        let given = head.fields[values: .origin].map { $0.lowercased() }
        if Self.isCrossSite(head), given.count != 1 { return true }
        return given.contains { origin in
            !origins.contains(origin) && (origin != Self.own(head) || Self.isCrossSite(head))
        }
    }

    private static func isCrossSite(_ head: RequestHead) -> Bool {
        head.fields[values: .secFetchSite].contains { $0.lowercased() == "cross-site" }
    }

    /// The origin that the server has for this client; browsers leave the standard port out.
    private static func own(_ head: RequestHead) -> String? {
        guard var authority = head.authority?.lowercased() else { return nil }
        let standardPort = head.scheme == "https" ? ":443" : ":80"
        if authority.hasSuffix(standardPort) { authority.removeLast(standardPort.count) }
        return "\(head.scheme)://\(authority)"
    }
}

/// Text that is not an origin.
public struct InvalidOrigin: Error, Equatable, CustomStringConvertible {
    public let origin: String
    public var description: String { "\"\(origin)\" is not SCHEME://HOST or SCHEME://HOST:PORT" }
}
