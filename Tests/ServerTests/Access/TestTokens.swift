import Foundation

@testable import Server

/// Tokens of a test's server, with their secrets.
struct TestTokens {
    let table: TokenTable
    private let secrets: [String: String]

    init(_ scopes: [(name: String, scope: Scope)]) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var secrets: [String: String] = [:]
        var lines = ""
        for (name, scope) in scopes {
            let (token, secret) = try AccessToken.make(name: name, scope: scope)
            secrets[name] = secret
            lines += token.line + "\n"
        }
        try lines.write(toFile: path, atomically: true, encoding: .utf8)
        table = try TokenTable(path: path)
        self.secrets = secrets
    }

    /// The header line of a token.
    func line(_ name: String) -> String { "Authorization: Bearer \(secrets[name] ?? "")\r\n" }

    func gatekeeper(_ router: Router, isShared: Bool) throws -> Gatekeeper {
        Gatekeeper(
            router: router, tokens: table, rate: nil, hosts: nil, crossOrigin: try CrossOrigin([]),
            proxies: TrustedProxies([]), isShared: isShared)
    }
}
