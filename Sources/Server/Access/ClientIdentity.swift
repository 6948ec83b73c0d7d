import Store

/// Who sent a request, as far as the server knows.
public struct ClientIdentity: Sendable, Hashable {
    /// Name of the token it carried; nil where none are needed, or none was valid.
    public var token: String?
    /// Address it came from: the connection's other end or, behind a trusted proxy, the one that proxy names.
    public var address: String? {
        didSet { if address != oldValue { addressKey = ClientKey(address: address) } }
    }
    /// Worked out once: it is asked for several times per request.
    private(set) var addressKey: ClientKey
    /// Whose masks, images and jobs it is about.
    public var tenant: Tenant
    /// Whether it may do to all jobs what others may do to their own.
    public var isAdmin: Bool

    public init(
        token: String? = nil, address: String? = nil, tenant: Tenant = .everybody, isAdmin: Bool = true
    ) {
        self.token = token
        self.address = address
        addressKey = ClientKey(address: address)
        self.tenant = tenant
        self.isAdmin = isAdmin
    }
}
