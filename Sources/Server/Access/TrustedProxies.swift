import HTTPTypes
import Text

/// Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed. From all other peers they are ignored, because
/// anybody can write them.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    public init(_ networks: [IPNetwork]) {
        self.networks = networks
    }

    func isTrusted(_ peer: SocketAddress) -> Bool { IPAddress(peer.host).map(isTrusted) ?? false }

    /// Puts what a trusted proxy says about its client in the place of what the connection says.
    func apply(to head: inout RequestHead) {
        guard let peer = head.peer.flatMap({ IPAddress($0.host) }), isTrusted(peer) else { return }
        head.client.address = client(head.fields[values: .forwardedFor]) ?? head.client.address
        if let scheme = last(head.fields[values: .forwardedProto])?.lowercased(), scheme.isOne(of: ["http", "https"]) {
            head.scheme = scheme
        }
        if let host = last(head.fields[values: .forwardedHost]), HostValidation.isValid(host.utf8) {
            head.authority = host
        }
    }

    /// The last address of the chain that is no trusted proxy; when all are, the first. What stands before something
    /// that is no address was not written by a trusted proxy.
    private func client(_ values: [String]) -> String? {
        var found: String?
        for element in values.joined(separator: ",").split(onByte: ",", omittingEmpty: true).reversed() {
            guard let (text, address) = Self.address(element) else { break }
            found = text
            if !isTrusted(address) { break }
        }
        return found
    }

    private func last(_ values: [String]) -> String? {
        values.last?.split(onByte: ",", omittingEmpty: true).last?.trimmingWhitespace()
    }

    private func isTrusted(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
    private static func address(_ element: Substring) -> (text: String, address: IPAddress)? {
        var text = element.trimmingWhitespace()
        // Addresses are; what is not may take long to compare.
        guard text.isASCII else { return nil }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            text = String(text[..<end].dropFirst())
        } else if text.count(where: { $0 == ":" }) == 1 {
            text = String(text.prefix { $0 != ":" })
        }
        return IPAddress(text).map { (text, $0) }
    }
}

extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
}
