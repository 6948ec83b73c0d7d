import HTTPTypes
import Text

/// What a token allows; each scope implies those before it.
public enum Scope: String, Sendable, CaseIterable, Comparable {
    /// Looking things up.
    case read
    /// Making masks and jobs, cancelling and purging one's own jobs, giving masks their ground truth.
    case label
    /// What others made, and routes that only an operator needs.
    case admin

    public static func < (left: Scope, right: Scope) -> Bool { left.level < right.level }

    private var level: Int {
        switch self {
        case .read: 0
        case .label: 1
        case .admin: 2
        }
    }

    /// This scope and those it implies, in the notation of a token file: `read,label`.
    public var list: String { Scope.allCases.filter { $0 <= self }.map(\.rawValue).joined(separator: ",") }

    /// The highest of scopes separated by commas; nil when one is unknown, or there is none.
    public init?(list: some StringProtocol) {
        guard list.isASCII else { return nil }
        let scopes = list.split(separator: ",", omittingEmptySubsequences: false).map { Scope(rawValue: String($0)) }
        guard !scopes.contains(nil), let highest = scopes.compactMap({ $0 }).max() else { return nil }
        self = highest
    }
}

/// Who may use a route.
public enum RouteAccess: Sendable, Equatable {
    /// GET and HEAD need `read`; other methods need `label`.
    case byMethod
    /// Everybody, without a token and without a rate.
    case open
    /// As `open`, and also when all connections are taken.
    case healthCheck
    case scope(Scope)

    /// The scope a request needs; nil when it needs none.
    func scope(for head: RequestHead) -> Scope? {
        switch self {
        case .open, .healthCheck: return nil
        case .scope(let scope): return scope
        case .byMethod:
            if head.method == .get || head.method == .head || head.method == .options { return .read }
            return .label
        }
    }
}
