import Foundation
import Text

/// An IPv4 or IPv6 address and port.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// In the notation of RFC 5952 or dotted decimal, without brackets.
    public let host: String
    public let port: UInt16
    let isIPv6: Bool

    /// `127.0.0.1:8080` or `[::1]:8080`.
    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// - Parameters:
    ///   - host: an IPv4 or IPv6 literal (with or without brackets) or `localhost`, which is 127.0.0.1.
    ///   - port: 0 lets the system choose when listening.
    /// - Throws: `SocketError.invalidHost`; names are not looked up, because that blocks and can change.
    public init(host: String, port: UInt16) throws {
        guard host.isASCII else { throw SocketError.invalidHost(host) }
        var text = host == "localhost" ? "127.0.0.1" : host
        if text.hasPrefix("[") && text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            isIPv6 = true
        } else {
            throw SocketError.invalidHost(host)
        }
        self.host = text
        self.port = port
    }

    /// Only this machine can reach it.
    public var isLoopback: Bool { IPAddress(host)?.isLoopback ?? false }

    /// From what `accept`, `getsockname` or `getpeername` filled in; nil for other families.
    init?(_ storage: sockaddr_storage) {
        let family = Int32(storage.ss_family)
        var name = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let parsed: (isIPv6: Bool, port: UInt16)? = withUnsafePointer(to: storage) { pointer in
            let raw = UnsafeRawPointer(pointer)
            switch family {
            case AF_INET:
                var address = raw.loadUnaligned(as: sockaddr_in.self)
                guard inet_ntop(AF_INET, &address.sin_addr, &name, socklen_t(name.count)) != nil else { return nil }
                return (false, UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                var address = raw.loadUnaligned(as: sockaddr_in6.self)
                guard inet_ntop(AF_INET6, &address.sin6_addr, &name, socklen_t(name.count)) != nil else { return nil }
                return (true, UInt16(bigEndian: address.sin6_port))
            default:
                return nil
            }
        }
        guard let parsed else { return nil }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        host = String(decoding: bytes, as: UTF8.self)
        (isIPv6, port) = parsed
    }

    /// Calls `body` with the address as the socket calls take it.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &address.sin6_addr)
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Why the server cannot listen.
public enum SocketError: Error, CustomStringConvertible, Equatable {
    case invalidHost(String)
    /// A system call failed with this `errno`.
    case system(call: String, code: Int32)

    public var description: String {
        switch self {
        case .invalidHost(let host):
            "\"\(host)\" is not an address to listen on: give an IPv4 or IPv6 address, or localhost."
        case .system(let call, EADDRINUSE):
            "\(call) failed: the address is in use; stop what listens there, or choose another port (0: a free one)."
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code)))."
        }
    }
}
