import Crypto
import Engine
import Foundation

/// Where the operator lets jobs call at their end, and the secret that signs the calls. The server never sends a
/// request to any other place.
public struct WebhookPolicy: Sendable {
    /// No calls at all.
    public static let none = WebhookPolicy(hosts: [], secret: Data())

    private static let maximumURLBytes = 2048
    /// Lower-case `host` or `host:port`.
    private let hosts: Set<String>
    private let secret: Data

    /// - Parameters:
    ///   - hosts: `host` (its scheme's own port) or `host:port`; compared by name, never resolved.
    ///   - secret: key of the signatures.
    public init(hosts: [String], secret: Data) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.secret = secret
    }

    /// Why a URL is not called; nil when it is.
    func refusal(of text: String) -> String? {
        guard !hosts.isEmpty else { return "is not possible: this server makes no calls (serve --webhook-host allows some)" }
        guard text.utf8.count <= WebhookPolicy.maximumURLBytes else {
            return "is longer than \(WebhookPolicy.maximumURLBytes) bytes"
        }
        // What is no URL as it stands, line ends above all, is not made one.
        guard text.utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7F }),
            let url = URLComponents(string: text, encodingInvalidCharacters: false), let scheme = url.scheme?.lowercased(),
            let host = url.host?.lowercased(), !host.isEmpty, url.user == nil, url.password == nil, url.fragment == nil,
            scheme == "http" || scheme == "https"
        else { return "must be an http or https URL without user and fragment" }
        let usual = scheme == "https" ? 443 : 80
        let isAllowed =
            url.port.map { hosts.contains("\(host):\($0)") || ($0 == usual && hosts.contains(host)) }
            ?? (hosts.contains(host) || hosts.contains("\(host):\(usual)"))
        return isAllowed ? nil : "leads to a host that the operator has not allowed (serve --webhook-host)"
    }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds, a dot and the body. The receiver checks it, and that the
    /// time is recent, so that nobody else's call and no old one passes.
    func signature(of body: Data, at date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(seconds).".utf8) + body, using: SymmetricKey(data: secret))
        return "t=\(seconds),v1=\(code.hexDigits)"
    }
}
