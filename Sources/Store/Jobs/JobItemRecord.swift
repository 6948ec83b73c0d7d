/// Where an item of a job is.
///
/// ```
/// waiting → queued → running → done | failed      any of the first three → cancelled
///               ↑        │
///               └────────┘  the engine or the server ended, or the image's file has gone (then: waiting)
/// ```
public enum JobItemState: String, Codable, Sendable, CaseIterable {
    /// The server lacks its image.
    case waiting
    case queued
    case running
    case done
    case failed
    case cancelled

    public static let ended: Set<JobItemState> = [.done, .failed, .cancelled]
}

/// One image of a job.
public struct JobItemRecord: Hashable, Sendable {
    /// Place in the job as it was posted, from 0.
    public let position: Int
    public let name: String
    public let image: ContentDigest
    /// nil: the classifier decides.
    public let labels: [String]?
    /// Content address of its mask, whether it is made yet or not.
    public let mask: MaskID
    public let state: JobItemState
    public let isFromCache: Bool
    /// How often it was begun.
    public let tries: Int
    /// Why it failed.
    public let reason: String?
    /// The job's revision at which it ended; nil before. Unique in the job.
    public let finished: Int?
    /// Of its mask, once that is there.
    public let warnings: [WarningRecord]
}

/// An item that this process works on. Only its holder can finish it: the lease is a fencing token, which is void as
/// soon as the item was cancelled, given back or taken by another.
public struct JobClaim: Hashable, Sendable {
    public let job: JobID
    public let item: JobItemRecord
    public let options: String
    /// How often the engine ended while it had this item.
    public let deaths: Int

    let number: Int64
    let lease: Int64
    /// Of the job.
    let tenant: String
}

/// What is posted as a job.
public struct NewJob: Sendable {
    public let name: String
    /// Name of the token, to which its room is counted.
    public let owner: String
    public let tenant: Tenant
    public let modelDigest: ContentDigest
    public let options: String
    public let callbackURL: String?
    /// Names are unique, and so are positions, which are the indices.
    public let items: [Item]

    public struct Item: Sendable {
        public let name: String
        public let image: ContentDigest
        public let labels: [String]?
        public let mask: MaskID

        public init(name: String, image: ContentDigest, labels: [String]?, mask: MaskID) {
            self.name = name
            self.image = image
            self.labels = labels
            self.mask = mask
        }
    }

    public init(
        name: String, owner: String, tenant: Tenant, modelDigest: ContentDigest, options: String,
        callbackURL: String?, items: [Item]
    ) {
        self.name = name
        self.owner = owner
        self.tenant = tenant
        self.modelDigest = modelDigest
        self.options = options
        self.callbackURL = callbackURL
        self.items = items
    }
}

/// A client's name for one submission, so that sending it again makes no second job.
public struct SubmissionKey: Hashable, Sendable {
    public let owner: String
    public let key: String
    /// Of the body that came with it.
    public let body: ContentDigest

    public init(owner: String, key: String, body: ContentDigest) {
        self.owner = owner
        self.key = key
        self.body = body
    }
}
