import Foundation
import Text

/// Where the service is: scheme, host, port and, behind a proxy, the path in front of its own.
struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without a slash at the end.
    let description: String
    let host: String
    let isEncrypted: Bool

    struct Invalid: Error, CustomStringConvertible {
        let description: String
    }

    init(_ text: String) throws(Invalid) {
        // A URL is; what is not may take long to compare.
        guard text.isASCII else { throw Invalid(description: "\"\(text.shown)\" is not a URL: it is not ASCII") }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw Invalid(description: "\"\(text)\" is not a URL such as http://127.0.0.1:8080 or https://host/path")
        }
        guard parts.user == nil, parts.password == nil else {
            throw Invalid(description: "the URL holds a user or password; give a token with --token-file instead")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw Invalid(description: "\"\(text)\" has a query or fragment; give only scheme, host, port and path")
        }
        // Foundation compares the host that it finds with libcurl's, which has the brackets: every call would fail.
        guard !host.utf8.contains(UInt8(ascii: ":")) else {
            throw Invalid(
                description: "\"\(text)\" names an IPv6 address, which URLSession on Linux can't contact; give a host "
                    + "name that stands for it, such as localhost for [::1]")
        }
        var description = text
        while description.hasSuffix("/") { description.removeLast() }
        self.description = description
        self.host = host
        isEncrypted = scheme == "https"
    }

    var isLoopback: Bool { ["localhost", "127.0.0.1"].contains(host) }

    /// Characters of a query value that need no encoding in any place of it.
    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    /// - Parameters:
    ///   - path: begins with a slash; percent-encoded where it must be.
    ///   - query: names and values, not encoded.
    func url(_ path: String, query: KeyValuePairs<String, String> = [:]) throws -> URL {
        var text = description + path
        for (index, (name, value)) in query.enumerated() {
            let encoded = value.addingPercentEncoding(withAllowedCharacters: ServerAddress.plain) ?? ""
            text += (index == 0 ? "?" : "&") + name + "=" + encoded
        }
        guard let url = URL(string: text) else { throw Invalid(description: "\(text) is not a URL") }
        return url
    }
}
