/// Names under which the server may be addressed. A page whose name an attacker points at this machine (DNS rebinding)
/// sends that name in `Host`, and is refused by it. An address needs no name server, so nobody can point it elsewhere:
/// addresses are always allowed.
public struct AllowedHosts: Sendable {
    private struct Entry: Hashable {
        let host: String
        /// nil allows any.
        let port: String?
        var isAddress = false
    }

    private let entries: Set<Entry>

    /// - Parameters:
    ///   - names: `HOST`, with any port, or `HOST:PORT`.
    /// - Throws: `InvalidHost` for what cannot be a Host.
    public init(_ names: [String]) throws(InvalidHost) {
        var entries: Set<Entry> = []
        for name in names {
            guard HostValidation.isValid(name.utf8) else { throw InvalidHost(name: name) }
            entries.insert(Self.split(name))
        }
        entries.insert(Self.split("localhost"))
        self.entries = entries
    }

    /// - Parameter authority: `host[:port]`, valid.
    func contains(_ authority: String) -> Bool {
        let asked = Self.split(authority)
        return asked.isAddress || entries.contains(asked) || entries.contains(Entry(host: asked.host, port: nil))
    }

    /// Lowercase, without the brackets of IPv6, without a final dot.
    private static func split(_ authority: String) -> Entry {
        var host = authority.lowercased()
        var port: String?
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            port = String(host[end...].dropFirst(2))
            host = String(host[..<end].dropFirst())
        } else if host.count(where: { $0 == ":" }) == 1, let colon = host.firstIndex(of: ":") {
            port = String(host[colon...].dropFirst())
            host = String(host[..<colon])
        }
        if host.hasSuffix(".") { host.removeLast() }
        return Entry(
            host: host, port: port.flatMap { $0.isEmpty ? nil : $0 }, isAddress: IPAddress(host) != nil)
    }
}

/// A name that cannot be a host.
public struct InvalidHost: Error, Equatable, CustomStringConvertible {
    public let name: String
    public var description: String { "\"\(name)\" is not HOST or HOST:PORT" }
}
