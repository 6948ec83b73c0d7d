import Store

/// Every bound on what one request may ask for, in one place. Those on the connection are in `ServerLimits`.
public struct RequestLimits: Sendable, Equatable {
    /// Bytes of an uploaded image, ground truth or form: room for any image of the default pixel limit. More is
    /// answered 413.
    public var maximumBodyBytes = 128 << 20
    /// Bytes of a job's description (`POST /v1/jobs`) as one JSON object, which takes many times that while it is taken
    /// apart; more is answered 413.
    public var maximumJobBytes = 4 << 20
    /// Bytes of a job's description as NDJSON, which is read a line at a time; more is answered 413.
    public var maximumJobLinesBytes = 64 << 20
    /// Parts of a form.
    public var maximumParts = 1000
    /// Bytes of all text parts of a form together. A query is no longer than its request line may be.
    public var maximumTextBytes = 64 << 10
    /// Labels of one picture.
    public var maximumLabels = 1000
    /// Items of one job; more are answered 413.
    public var maximumItems = 100_000
    /// Bytes of an item's or a job's name, in UTF-8.
    public var maximumNameBytes = 200
    /// Arrays and objects inside each other in a JSON body.
    public var maximumJSONDepth = 32
    /// What the jobs of one token may hold together.
    public var tokenQuota = JobQuota.none

    public init() {}
}
