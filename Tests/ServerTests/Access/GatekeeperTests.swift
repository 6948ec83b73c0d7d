import Foundation
import HTTPTypes
import Store
import Testing

@testable import Server

@Suite struct GatekeeperTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)").path
    private let router: Router

    init() {
        var router = Router()
        let handler: Router.Handler = { _, _, reply in reply(Response()) }
        router.on(.get, "/things/{id}", handler: handler)
        router.on(.delete, "/things/{id}", handler: handler)
        router.on(.post, "/things", maximumBodyBytes: 100, handler: handler)
        router.on(.get, "/secrets", access: .scope(.admin), handler: handler)
        router.on(.get, "/healthz", access: .healthCheck, handler: handler)
        self.router = router
    }

    private func gatekeeper(
        _ tokens: TokenTable? = nil, rate: RateLimiter? = nil, hosts: [String]? = nil, origins: [String] = []
    ) throws -> Gatekeeper {
        Gatekeeper(
            router: router, tokens: tokens, rate: rate,
            hosts: try hosts.map { try AllowedHosts($0) },
            crossOrigin: try CrossOrigin(origins), proxies: TrustedProxies([]))
    }

    /// A table with one token, and its secret.
    private func table(_ scope: Scope) throws -> (TokenTable, String) {
        let (token, secret) = try AccessToken.make(name: "anna", scope: scope)
        try token.line.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return (try TokenTable(path: path), secret)
    }

    /// What becomes of a request: its head as the gatekeeper leaves it, and the refusal if there is one.
    private func ask(
        _ gatekeeper: Gatekeeper, _ line: String, _ fields: String = ""
    ) throws -> (RequestHead, Response?) {
        var head = try head("\(line) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        head.client.address = "192.0.2.1"
        switch gatekeeper.admit(&head) {
        case .accept, .stream: return (head, nil)
        case .reject(let response), .refuse(let response): return (head, response)
        }
    }

    /// nil where the answer is no problem.
    private func detail(_ answer: Response?) -> String? {
        guard case .problem(let problem)? = answer?.body else { return nil }
        return problem.detail
    }

    private func status(_ gatekeeper: Gatekeeper, _ line: String, _ fields: String = "") throws -> Int {
        try ask(gatekeeper, line, fields).1?.status.code ?? 200
    }

    // MARK: - Tokens

    @Test(arguments: [
        ("GET /things/1", Scope.read), ("HEAD /things/1", .read), ("POST /things", .label),
        ("DELETE /things/1", .label),
        ("DELETE /things/1?purge=true", .label), ("GET /secrets", .admin),
    ])
    func request_needsItsScope_andNoLowerOne(_ line: String, _ needed: Scope) throws {
        for scope in Scope.allCases {
            let (table, secret) = try table(scope)
            let (head, refusal) = try ask(gatekeeper(table), line, "Authorization: Bearer \(secret)\r\n")
            #expect(
                head.client
                    == ClientIdentity(
                        token: "anna", address: "192.0.2.1", tenant: Tenant(name: "anna", seesAll: scope == .admin),
                        isAdmin: scope == .admin))
            #expect((refusal == nil) == (scope >= needed))
            if let refusal {
                #expect(refusal.status == .forbidden)
                #expect(refusal.fields[.wwwAuthenticate]?.contains("scope=\"\(needed.rawValue)\"") == true)
            }
        }
    }

    @Test(arguments: ["GET /things/1", "GET /none", "POST /things", "BREW /things", "OPTIONS /things", "OPTIONS *"])
    func request_withoutAToken_isChallenged(_ line: String) throws {
        let (_, refusal) = try ask(gatekeeper(table(.admin).0), line)
        #expect(refusal?.status == .unauthorized)
        #expect(refusal?.fields[.wwwAuthenticate] == "Bearer realm=\"pseudolabel\"")
    }

    @Test(arguments: ["Bearer SECRETx", "Bearer x", "Basic SECRET", "Bearer", "Bearer SECRET x", "SECRET"])
    func tokenThatIsNotValid_isRefusedAsSuch(_ text: String) throws {
        let (table, secret) = try table(.admin)
        let value = text.replacingOccurrences(of: "SECRET", with: secret)
        let (head, refusal) = try ask(gatekeeper(table), "GET /things/1", "Authorization: \(value)\r\n")
        #expect(refusal?.status == .unauthorized && head.client.token == nil)
        #expect(refusal?.fields[.wwwAuthenticate]?.hasSuffix("error=\"invalid_token\"") == true)
        let line = "Authorization: Bearer \(secret)\r\n"
        #expect(try status(gatekeeper(table), "GET /things/1", line + line) == 401)
        #expect(try status(gatekeeper(table), "GET /things/1", "authorization: bEARER \(secret)\r\n") == 200)
    }

    @Test func healthCheck_needsNoToken_andNoRate() throws {
        let gatekeeper = try gatekeeper(table(.admin).0, rate: RateLimiter(rate: 0.001, burst: 1))
        for _ in 0..<3 { #expect(try status(gatekeeper, "GET /healthz") == 200) }
        #expect(try status(gatekeeper, "POST /healthz") == 401)
    }

    @Test func withoutTokens_everybodyMayDoEverything() throws {
        for line in ["GET /things/1", "POST /things", "DELETE /things/1?purge=true", "GET /secrets"] {
            #expect(try status(gatekeeper(), line) == 200)
        }
    }

    // MARK: - Rate

    @Test func rate_isToldWithTheTimeToWait_alsoToWhoHasNoToken() throws {
        let limited = try gatekeeper(rate: RateLimiter(rate: 0.1, burst: 2))
        #expect(try status(limited, "GET /things/1") == 200 && status(limited, "GET /things/1") == 200)
        let (_, refusal) = try ask(limited, "GET /things/1")
        #expect(refusal?.status == .tooManyRequests)
        #expect(refusal?.fields[.retryAfter] == "10")
        #expect(detail(refusal) == "More requests than 0.1 a second; try again in 10 s.")

        let guessing = try gatekeeper(table(.read).0, rate: RateLimiter(rate: 0.1, burst: 1))
        #expect(try status(guessing, "GET /things/1", "Authorization: Bearer a\r\n") == 401)
        #expect(try status(guessing, "GET /things/1", "Authorization: Bearer b\r\n") == 429)
    }

    // MARK: - Host and Origin

    @Test func hostThatIsNotAllowed_isMisdirected() throws {
        let gatekeeper = try gatekeeper(hosts: [])
        #expect(try status(gatekeeper, "GET /things/1") == 200)
        let (_, refusal) = try ask(gatekeeper, "GET http://evil.example/things/1")
        #expect(refusal?.status == .misdirectedRequest)
        #expect(detail(refusal)?.contains("--allow-host") == true)
        #expect(try status(self.gatekeeper(), "GET http://evil.example/things/1") == 200)
    }

    @Test func preflight_isAnsweredForAllowedOriginsOnly_withoutAToken() throws {
        let fields = "Access-Control-Request-Method: POST\r\nOrigin: "
        let gatekeeper = try gatekeeper(table(.read).0, origins: ["https://app.example"])
        let (head, answer) = try ask(gatekeeper, "OPTIONS /things", fields + "https://app.example\r\n")
        #expect(answer?.status == .noContent)
        #expect(answer?.fields[.accessControlAllowMethods]?.contains("POST") == true)
        let allowed = answer?.fields[.accessControlAllowHeaders]?.split(separator: ", ") ?? []
        #expect(Set(["Authorization", "If-None-Match", "If-Range", "Range"]).isSubset(of: allowed))
        #expect(head.answerFields[.accessControlAllowOrigin] == "https://app.example")
        for other in ["https://app.example:8443", "http://app.example", "https://evil.example", "null"] {
            let (head, answer) = try ask(gatekeeper, "OPTIONS /things", fields + other + "\r\n")
            #expect(answer?.status == .unauthorized)
            #expect(head.answerFields == [.vary: "Origin"])
        }
        #expect(try ask(self.gatekeeper(), "GET /things/1", "Origin: https://app.example\r\n").0.answerFields == [:])
    }

    @Test func pageOfAnotherOrigin_changesNothing() throws {
        let gatekeeper = try gatekeeper(origins: ["https://app.example"])
        for origin in ["https://evil.example", "null", "http://localhost:81", "https://localhost"] {
            #expect(try status(gatekeeper, "POST /things", "Origin: \(origin)\r\n") == 403)
            #expect(try status(gatekeeper, "GET /things/1", "Origin: \(origin)\r\n") == 200)
        }
        for origin in ["https://app.example", "http://localhost", "HTTP://LOCALHOST"] {
            #expect(try status(gatekeeper, "POST /things", "Origin: \(origin)\r\n") == 200)
        }
    }

    /// A browser says where a request comes from also where the page hides its origin.
    @Test func crossSiteRequest_changesNothing_whateverItsOrigin() throws {
        let gatekeeper = try gatekeeper(origins: ["https://app.example"])
        let site = "Sec-Fetch-Site: cross-site\r\n"
        for origin in ["", "Origin: http://localhost\r\n", "Origin: null\r\n", "Origin: https://evil.example\r\n"] {
            for line in ["POST /things", "DELETE /things/1"] {
                #expect(try status(gatekeeper, line, site + origin) == 403, "\(line), \(origin)")
            }
            #expect(try status(gatekeeper, "GET /things/1", site + origin) == 200)
        }
        #expect(try status(gatekeeper, "POST /things", "sec-fetch-site: Cross-Site\r\n") == 403)
        // The operator named this one; and a second Origin is no browser's.
        let named = site + "Origin: https://app.example\r\n"
        #expect(try status(gatekeeper, "POST /things", named) == 200)
        #expect(try status(gatekeeper, "POST /things", named + "Origin: https://app.example\r\n") == 403)
        for other in ["same-origin", "same-site", "none"] {
            #expect(try status(gatekeeper, "POST /things", "Sec-Fetch-Site: \(other)\r\n") == 200)
        }
    }

    @Test(arguments: ["*", "null", "app.example", "https://app.example/", "ftp://a", "https://"])
    func originThatIsNone_isRefused(_ origin: String) {
        #expect(throws: InvalidOrigin.self) { try CrossOrigin([origin]) }
    }
}
