/// How much the jobs of one token may hold; nil for no limit.
public struct JobQuota: Hashable, Sendable {
    /// Items that are not finished.
    public var unfinished: Int?
    /// All items that are stored, finished or not, and one for each job.
    public var items: Int?
    /// What `JobHoldings.bytes` counts.
    public var bytes: Int?

    public init(unfinished: Int? = nil, items: Int? = nil, bytes: Int? = nil) {
        self.unfinished = unfinished
        self.items = items
        self.bytes = bytes
    }

    public static let none = JobQuota()
}
