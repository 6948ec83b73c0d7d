import Foundation

/// What was asked of a job, whatever has been done of it.
public enum JobPhase: String, Codable, Sendable {
    case active
    /// Nothing new is begun.
    case paused
    /// Nothing more will be done; what was finished stays.
    case cancelled
}

/// How many items of a job are in which state.
public struct JobCounts: Hashable, Sendable {
    public var waiting = 0
    public var queued = 0
    public var running = 0
    /// Those from the cache included.
    public var done = 0
    public var fromCache = 0
    public var failed = 0
    public var cancelled = 0

    public init() {}

    public var total: Int { unfinished + done + failed + cancelled }
    public var unfinished: Int { waiting + queued + running }
}

/// Sums over the classes of a job's masks, from which means are made.
public struct JobSums: Hashable, Sendable {
    /// Classes looked for, over all finished items.
    public var classes = 0
    /// Those that got no pixel.
    public var emptyClasses = 0
    /// Over the classes with pixels.
    public var posterior = 0.0
    /// Over all classes.
    public var areaShare = 0.0

    public init() {}

    /// - Parameter classes: of one mask.
    public init(_ classes: [ClassRecord]) {
        self.classes = classes.count
        emptyClasses = classes.filter { $0.meanPosterior == nil }.count
        posterior = classes.reduce(0) { $0 + ($1.meanPosterior ?? 0) }
        areaShare = classes.reduce(0) { $0 + $1.areaShare }
    }
}

/// The call that is made when a job has ended.
public struct JobCallback: Hashable, Sendable {
    public enum State: String, Codable, Sendable {
        /// The job has not ended.
        case waiting
        case pending
        case delivered
        /// Given up.
        case failed
    }

    public let url: String
    public let state: State
    public let attempts: Int
}

/// A data set to be labelled: one row of the job table.
public struct JobRecord: Hashable, Sendable {
    public let id: JobID
    public let name: String
    /// Name of the token that posted it, to which its room is counted; empty where there are no tokens.
    public let owner: String
    /// Name of the tenant that sees it.
    public let tenant: String
    public let modelDigest: ContentDigest
    /// Canonical JSON of the options that hold for every item.
    public let options: String
    public let phase: JobPhase
    /// Whether any item was ever begun or finished.
    public let hasStarted: Bool
    public let counts: JobCounts
    public let sums: JobSums
    /// What its result adds up to now.
    public let result: JobResultTotals
    /// Rises with every item that ends and with every retry: what `JobItemRecord.finished` counts.
    public let revision: Int
    public let createdAt: Date
    /// When the last item ended; nil before.
    public let finishedAt: Date?
    public let callback: JobCallback?

    /// Database key; newer jobs have higher ones.
    let number: Int64

    public var hasEnded: Bool { finishedAt != nil }
}
