/// Who sent a request, as far as the server knows.
public struct ClientIdentity: Sendable, Hashable {
    /// Name of the token it carried; nil where none are needed, or none was valid.
    public var token: String?
    /// Address it came from: the connection's other end or, behind a trusted proxy, the one that proxy names.
    public var address: String?

    public init(token: String? = nil, address: String? = nil) {
        self.token = token
        self.address = address
    }
}
