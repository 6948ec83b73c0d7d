import Foundation
import Text

/// An IPv4 or IPv6 address. IPv4 inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
struct IPAddress: Sendable, Hashable {
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    /// nil when the text is not an address; names are not looked up.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer[..<4])
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer.starts(with: Self.mappedPrefix) ? Array(buffer[12...]) : buffer
        } else {
            return nil
        }
    }

    /// 127.0.0.0/8 and ::1.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// The first bits; the others are zero.
    func masked(bits: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, bits - index * 8))
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }
}

/// Addresses that begin alike, such as `10.0.0.0/8`.
public struct IPNetwork: Sendable, Hashable {
    private let prefix: [UInt8]
    private let bits: Int

    /// `IP` or `IP/BITS`; nil when it is neither.
    public init?(_ text: String) {
        let parts = text.split(onByte: "/", maximumSplits: 1)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let all = address.bytes.count * 8
        let bits = parts.count == 1 ? all : Int(parts[1]) ?? -1
        guard (0...all).contains(bits) else { return nil }
        self.bits = bits
        prefix = address.masked(bits: bits)
    }

    func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == prefix.count && address.masked(bits: bits) == prefix
    }
}
