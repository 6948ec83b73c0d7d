/// Whose masks, images and jobs a request is about.
///
/// What a tenant makes is its own: to another one it is as if it were not there.
public struct Tenant: Hashable, Sendable {
    /// Name of its token; empty where there are no tokens, or where all tokens share everything.
    public let name: String
    /// Whether it sees what others made, too.
    public let seesAll: Bool

    public init(name: String, seesAll: Bool) {
        self.name = name
        self.seesAll = seesAll
    }

    /// Where nobody is told apart; also the service itself, which works for all.
    public static let everybody = Tenant(name: "", seesAll: true)
}
