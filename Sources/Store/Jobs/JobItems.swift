internal import GRDB

/// What happens to an item of a job, each step the same wherever it is taken from. Every function runs inside the
/// caller's transaction.
enum JobItems {
    /// A picture that was being worked on so often when the server ended is not begun again: it may be what ends it.
    static let maximumCrashes = 10
    /// A picture that was begun so often in vain, as one whose file cannot be read, is not begun again.
    static let maximumTries = 100

    /// Why an item is failed instead of begun; nil when it is begun.
    static func exhaustion(_ row: JobItemRow) -> String? {
        if row.crashes >= maximumCrashes {
            return "the server ended \(row.crashes) times while it worked on this picture"
        }
        return row.tries >= maximumTries ? "it was begun \(row.tries) times in vain; the server's log has the reasons" : nil
    }

    /// Ends an item.
    ///
    /// - Parameters:
    ///   - result: of a done item: its mask.
    ///   - manifest: of a done or failed item.
    static func end(
        _ number: Int64, job: Int64, as state: JobItemState, result: Int64? = nil, isFromCache: Bool = false,
        reason: String? = nil, manifest: String?, in db: Database
    ) throws {
        try db.cachedStatement(sql: "UPDATE job SET revision = revision + 1, hasStarted = 1 WHERE number = ?")
            .execute(arguments: [job])
        try db.cachedStatement(sql: """
            UPDATE jobItem SET state = ?, result = ?, isFromCache = ?, reason = ?, manifest = ?, lease = NULL,
                finished = (SELECT revision FROM job WHERE number = jobItem.job)
            WHERE number = ?
            """).execute(arguments: [state.rawValue, result, isFromCache, reason, manifest, number])
    }

    /// Adds a finished item's classes to its job's sums.
    static func add(_ sums: JobSums, toJob job: Int64, in db: Database) throws {
        try db.cachedStatement(sql: """
            UPDATE job SET classes = classes + ?, emptyClasses = emptyClasses + ?, posteriorSum = posteriorSum + ?,
                areaShareSum = areaShareSum + ?
            WHERE number = ?
            """).execute(arguments: [sums.classes, sums.emptyClasses, sums.posterior, sums.areaShare, job])
    }

    /// Marks the job as ended when its last item has.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: whether that was so.
    @discardableResult
    static func finishJob(_ job: Int64, now: Int64, in db: Database) throws -> Bool {
        try db.cachedStatement(sql: """
            UPDATE job SET finishedAt = ?, callbackState = iif(callbackURL IS NULL, NULL, 'pending'),
                callbackAttempts = 0
            WHERE number = ? AND finishedAt IS NULL AND waiting + queued + running = 0
            """).execute(arguments: [now, job])
        return db.changesCount > 0
    }

    /// Gives an item back that is not finished, to be begun again.
    ///
    /// - Parameter countingTry: whether that it was begun in vain may be its own fault. Then it comes behind those that
    ///   were begun less often, so that one bad picture never holds up the rest; else it is as if never begun.
    static func requeue(
        _ number: Int64, as state: JobItemState = .queued, countingDeath: Bool, countingTry: Bool, in db: Database
    ) throws {
        try db.cachedStatement(sql: """
            UPDATE jobItem SET state = ?, lease = NULL, deaths = deaths + ?, tries = tries - ? WHERE number = ?
            """).execute(arguments: [state.rawValue, countingDeath, !countingTry, number])
    }

    /// The image has come: what waited for it can be begun.
    static func queue(withImage image: ContentDigest, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE jobItem SET state = 'queued' WHERE image = ? AND state = 'waiting'")
            .execute(arguments: [image.rawValue])
    }

    /// At the start: what was running when the process ended is to be begun again. No other process can be at it, the
    /// directory's lock sees to that; so no clock is asked.
    static func requeueRunning(in db: Database) throws {
        try db.execute(sql: """
            UPDATE jobItem SET state = 'queued', lease = NULL, crashes = crashes + 1 WHERE state = 'running'
            """)
    }

    /// The row, when the claim on it still holds.
    static func row(of claim: JobClaim, in db: Database) throws -> JobItemRow? {
        try JobItemRow.fetchOne(
            db.cachedStatement(sql: """
                SELECT \(JobItemRow.columns) FROM jobItem WHERE number = ? AND lease = ? AND state = 'running'
                """),
            arguments: [claim.number, claim.lease])
    }
}
