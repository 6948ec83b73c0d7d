import Foundation
internal import GRDB

/// A row of `job`.
struct JobRow: Decodable, FetchableRecord {
    let number: Int64
    let id: String
    let name: String
    let owner: String
    let modelDigest: String
    let options: String
    let phase: String
    let hasStarted: Bool
    let createdAt: Int64
    let finishedAt: Int64?
    let revision: Int
    let waiting: Int
    let queued: Int
    let running: Int
    let done: Int
    let fromCache: Int
    let failed: Int
    let cancelled: Int
    let classes: Int
    let emptyClasses: Int
    let posteriorSum: Double
    let areaShareSum: Double
    let callbackURL: String?
    let callbackState: String?
    let callbackAttempts: Int
    let tenant: String
    let nameBytes: Int
    let manifestBytes: Int
    let archiveBytes: Int
}

/// A row of `jobItem` without its manifest line. GRDB reads `labels` from JSON.
struct JobItemRow: Decodable, FetchableRecord {
    static let columns = """
        number, job, position, name, image, labels, mask, state, isFromCache, tries, deaths, crashes, lease,
        reason, finished, warnings
        """

    let number: Int64
    let job: Int64
    let position: Int
    let name: String
    let image: String
    let labels: [String]?
    let mask: String
    let state: String
    let isFromCache: Bool
    let tries: Int
    let deaths: Int
    let crashes: Int
    let lease: Int64?
    let reason: String?
    let finished: Int?
    let warnings: String?
}

extension JobRecord {
    /// - Throws: `StoreError.damaged` where a column holds what no insert writes.
    init(_ row: JobRow, path: String) throws {
        guard let id = JobID(rawValue: row.id), let model = ContentDigest(rawValue: row.modelDigest),
            let phase = JobPhase(rawValue: row.phase)
        else { throw StoreError.damaged(path: path, detail: "job \(row.id) has an impossible value") }
        var counts = JobCounts()
        counts.waiting = row.waiting
        counts.queued = row.queued
        counts.running = row.running
        counts.done = row.done
        counts.fromCache = row.fromCache
        counts.failed = row.failed
        counts.cancelled = row.cancelled
        var sums = JobSums()
        sums.classes = row.classes
        sums.emptyClasses = row.emptyClasses
        sums.posterior = row.posteriorSum
        sums.areaShare = row.areaShareSum
        self.init(
            id: id, name: row.name, owner: row.owner, tenant: row.tenant, modelDigest: model, options: row.options,
            phase: phase, hasStarted: row.hasStarted, counts: counts, sums: sums,
            result: JobResultTotals(
                nameBytes: row.nameBytes, manifestBytes: row.manifestBytes, archiveBytes: row.archiveBytes),
            revision: row.revision,
            createdAt: Milliseconds(since1970: row.createdAt).date,
            finishedAt: row.finishedAt.map { Milliseconds(since1970: $0).date },
            callback: row.callbackURL.map {
                JobCallback(
                    url: $0, state: row.callbackState.flatMap(JobCallback.State.init(rawValue:)) ?? .waiting,
                    attempts: row.callbackAttempts)
            },
            number: row.number)
    }
}

extension JobItemRecord {
    /// - Throws: `StoreError.damaged` where a column holds what no insert writes.
    init(_ row: JobItemRow, path: String) throws {
        guard let image = ContentDigest(rawValue: row.image), let mask = MaskID(rawValue: row.mask),
            let state = JobItemState(rawValue: row.state)
        else { throw StoreError.damaged(path: path, detail: "job item \(row.number) has an impossible value") }
        self.init(
            position: row.position, name: row.name, image: image, labels: row.labels, mask: mask, state: state,
            isFromCache: row.isFromCache, tries: row.tries, reason: row.reason, finished: row.finished,
            warnings: try [WarningRecord](column: row.warnings))
    }
}
