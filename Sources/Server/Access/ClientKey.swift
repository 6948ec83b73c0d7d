/// Whose share of something a request takes: its token's or, without a token, that of the address it comes from.
public enum ClientKey: Sendable, Hashable {
    case token(String)
    /// An IPv4 address, or the half of an IPv6 address that is one customer's network.
    case address([UInt8])
    /// All clients that cannot be told apart, and work that no client asked for.
    case others

    public init(_ client: ClientIdentity) {
        self = client.token.map { .token($0) } ?? client.addressKey
    }

    init(address: String?) {
        self = address.flatMap { IPAddress($0) }.map { .address($0.masked(bits: 64)) } ?? .others
    }
}
