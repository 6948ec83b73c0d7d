import Foundation
import HTTPTypes
import Store
import Text

/// Decides who may send what, before a request's body is read; what passes goes to the router.
public struct Gatekeeper: Responder {
    private let router: Router
    private let tokens: TokenTable?
    private let rate: RateLimiter?
    private let hosts: AllowedHosts?
    private let crossOrigin: CrossOrigin
    private let proxies: TrustedProxies
    private let isShared: Bool

    /// - Parameters:
    ///   - tokens: nil lets everybody do everything.
    ///   - rate: nil takes any number of requests.
    ///   - hosts: nil takes any Host.
    ///   - isShared: whether all tokens see, and use, what others made.
    public init(
        router: Router, tokens: TokenTable?, rate: RateLimiter?, hosts: AllowedHosts?, crossOrigin: CrossOrigin,
        proxies: TrustedProxies, isShared: Bool = false
    ) {
        self.router = router
        self.tokens = tokens
        self.rate = rate
        self.hosts = hosts
        self.crossOrigin = crossOrigin
        self.proxies = proxies
        self.isShared = isShared
    }

    public func admit(_ head: inout RequestHead) -> Admission {
        proxies.apply(to: &head)
        head.answerFields = crossOrigin.fields(for: head)
        do {
            try checkHost(head)
            if let answer = crossOrigin.preflight(head) { return .reject(answer) }
            try checkOrigin(head)
            if let scope = router.access(to: head).scope(for: head) {
                let token = identify(&head)
                try checkRate(head)
                try check(token, has: scope, head)
            }
            return router.admit(&head)
        } catch {
            return .reject(Response(error))
        }
    }

    public func isStillWelcome(_ head: RequestHead) -> Bool {
        // Without a token it was admitted to what needs none, or is being refused.
        guard let tokens, let held = head.tokenDigest, let scope = router.access(to: head).scope(for: head) else {
            return true
        }
        // A secret is replaced under the same name; and what is read under one name is not another's.
        guard let current = tokens.token(digest: held), current.name == head.client.token else { return false }
        // Who was an admin may be at what others made.
        return current.scope >= scope && (current.scope == .admin || !head.client.isAdmin)
    }

    public func isHealthCheck(_ head: RequestHead) -> Bool { router.isHealthCheck(head) }

    public func speaksForOthers(_ peer: SocketAddress) -> Bool { proxies.isTrusted(peer) }

    public func respond(to request: Request, reply: @escaping @Sendable (Response) -> Void) {
        router.respond(to: request, reply: reply)
    }

    /// RFC 9110 section 15.5.20. Only HTTP/1.0 comes without a host, and no browser speaks that.
    private func checkHost(_ head: RequestHead) throws(Problem) {
        guard let hosts, let authority = head.authority, !hosts.contains(authority) else { return }
        throw Problem(
            .misdirectedRequest,
            "This server does not go by the name \(authority.cut(bytes: 100)); its operator can add it with "
                + "--allow-host.")
    }

    private func checkOrigin(_ head: RequestHead) throws(Problem) {
        guard crossOrigin.isForbidden(head) else { return }
        throw Problem(
            .forbidden, "Pages of this origin may change nothing here; its operator can allow it with --cors-origin.")
    }

    /// Puts the token's name into the head, and whose the request is.
    private func identify(_ head: inout RequestHead) -> AccessToken? {
        guard let tokens else { return nil }
        let token = Self.secret(head.fields).flatMap(tokens.token)
        head.client.token = token?.name
        head.client.isAdmin = token?.scope == .admin
        head.client.tenant =
            isShared ? .everybody : Tenant(name: token?.name ?? "", seesAll: token?.scope == .admin)
        head.tokenDigest = token?.digest
        return token
    }

    /// What follows `Bearer` (RFC 6750 section 2.1); nil unless there is exactly one.
    private static func secret(_ fields: HTTPFields) -> String? {
        let values = fields[values: .authorization]
        guard values.count == 1, let words = values.first?.split(separator: " "), words.count == 2,
            words[0].lowercased() == "bearer"
        else { return nil }
        return String(words[1])
    }

    private func checkRate(_ head: RequestHead) throws(Problem) {
        guard let rate, let wait = rate.take(head.client, now: .now) else { return }
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        throw Problem(
            .tooManyRequests,
            "More requests than \(String(format: "%g", rate.rate)) a second; try again in \(seconds) s.",
            fields: [.retryAfter: String(seconds)])
    }

    /// RFC 6750 section 3.
    private func check(_ token: AccessToken?, has scope: Scope, _ head: RequestHead) throws(Problem) {
        guard tokens != nil else { return }
        let challenge = "Bearer realm=\"pseudolabel\""
        guard let token else {
            let wasSent = head.fields[.authorization] != nil
            throw Problem(
                .unauthorized,
                wasSent ? "The token is not valid." : "A token is needed: send Authorization: Bearer TOKEN.",
                fields: [.wwwAuthenticate: wasSent ? challenge + ", error=\"invalid_token\"" : challenge])
        }
        guard token.scope >= scope else {
            throw Problem(
                .forbidden,
                "The token \(token.name) has the scope \(token.scope.rawValue); \(scope.rawValue) is needed.",
                fields: [
                    .wwwAuthenticate: challenge + ", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
                ])
        }
    }
}
