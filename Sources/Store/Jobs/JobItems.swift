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
        return row.tries >= maximumTries
            ? "it was begun \(row.tries) times in vain; the server's log has the reasons" : nil
    }

    /// Ends an item.
    ///
    /// - Parameters:
    ///   - result: of a done item: its mask.
    ///   - manifest: of a done or failed item.
    static func end(
        _ item: JobItemRow, as state: JobItemState, result: Int64? = nil, isFromCache: Bool = false,
        reason: String? = nil, manifest: String?, in db: Database
    ) throws {
        try db.cachedStatement(sql: "UPDATE job SET revision = revision + 1, hasStarted = 1 WHERE number = ?")
            .execute(arguments: [item.job])
        try db.cachedStatement(
            sql: """
                UPDATE jobItem SET state = ?, result = ?, isFromCache = ?, reason = ?, manifest = ?, lease = NULL,
                    warnings = (SELECT warnings FROM maskMark WHERE mask = ?), archiveBytes = ?, manifestBytes = ?,
                    finished = (SELECT revision FROM job WHERE number = jobItem.job)
                WHERE number = ?
                """
        ).execute(arguments: [
            state.rawValue, result, isFromCache, reason, manifest, result,
            try result.map { try archiveBytes(of: $0, named: item.name, in: db) } ?? 0,
            manifest.map { $0.utf8.count + 1 } ?? 0, item.number,
        ])
    }

    /// What a mask takes in a job's archive.
    private static func archiveBytes(of mask: Int64, named name: String, in db: Database) throws -> Int {
        // length() of a blob reads its row's header only.
        let bytes = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT length(png) FROM mask WHERE number = ?"), arguments: [mask])
        return ResultLayout.mask(named: name, bytes: bytes ?? 0, modified: 0).length
    }

    /// Adds a finished item's classes to its job's sums.
    static func add(_ sums: JobSums, toJob job: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE job SET classes = classes + ?, emptyClasses = emptyClasses + ?, posteriorSum = posteriorSum + ?,
                    areaShareSum = areaShareSum + ?
                WHERE number = ?
                """
        ).execute(arguments: [sums.classes, sums.emptyClasses, sums.posterior, sums.areaShare, job])
    }

    /// Marks the job as ended when its last item has.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: whether that was so.
    @discardableResult
    static func finishJob(_ job: Int64, now: Int64, in db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE job SET finishedAt = ?, endedAt = (SELECT seconds FROM uptime),
                    callbackState = iif(callbackURL IS NULL, NULL, 'pending'),
                    callbackAttempts = 0
                WHERE number = ? AND finishedAt IS NULL AND waiting + queued + running = 0
                """
        ).execute(arguments: [now, job])
        return db.changesCount > 0
    }

    /// Gives an item back that is not finished, to be begun again.
    ///
    /// - Parameter countingTry: whether that it was begun in vain may be its own fault. Then it comes behind those that
    ///   were begun less often, so that one bad picture never holds up the rest; else it is as if never begun.
    static func requeue(
        _ number: Int64, as state: JobItemState = .queued, countingDeath: Bool, countingTry: Bool, in db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                UPDATE jobItem SET state = ?, lease = NULL, deaths = deaths + ?, tries = tries - ? WHERE number = ?
                """
        ).execute(arguments: [state.rawValue, countingDeath, !countingTry, number])
    }

    /// A tenant has shown the bytes of an image that is there: what of its jobs waited for it can be begun. Of all jobs
    /// where it sees all; their tenants count as having shown it then, too.
    static func queue(withImage image: ContentDigest, shownBy tenant: Tenant, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO imageOwner SELECT number, ?2 FROM image WHERE sha256 = ?1 ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [image.rawValue, tenant.name])
        if tenant.seesAll {
            try db.cachedStatement(
                sql: """
                    INSERT INTO imageOwner
                        SELECT DISTINCT image.number, job.tenant
                        FROM jobItem JOIN job ON job.number = jobItem.job JOIN image ON image.sha256 = jobItem.image
                        WHERE jobItem.image = ? AND jobItem.state = 'waiting'
                    ON CONFLICT DO NOTHING
                    """
            ).execute(arguments: [image.rawValue])
        }
        try db.cachedStatement(
            sql: """
                UPDATE jobItem SET state = 'queued',
                    imageBytes = iif(imageBytes IS NULL, NULL, (SELECT bytes FROM image WHERE sha256 = ?1))
                WHERE image = ?1 AND state = 'waiting'
                    AND (?2 OR EXISTS (SELECT 1 FROM job WHERE job.number = jobItem.job AND tenant = ?3))
                """
        ).execute(arguments: [image.rawValue, tenant.seesAll, tenant.name])
    }

    /// SQL: whether a job's tenant has shown an image that is there.
    static func isShown(image: String, tenant: String) -> String {
        """
        EXISTS (SELECT 1 FROM image JOIN imageOwner ON imageOwner.image = image.number
            WHERE image.sha256 = \(image) AND imageOwner.owner = \(tenant))
        """
    }

    /// At the start: what was running when the process ended is to be begun again. No other process can be at it, the
    /// directory's lock sees to that; so no clock is asked.
    static func requeueRunning(in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE jobItem SET state = 'queued', lease = NULL, crashes = crashes + 1 WHERE state = 'running'
                """)
    }

    /// The row, when the claim on it still holds.
    static func row(of claim: JobClaim, in db: Database) throws -> JobItemRow? {
        try JobItemRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(JobItemRow.columns) FROM jobItem WHERE number = ? AND lease = ? AND state = 'running'
                    """),
            arguments: [claim.number, claim.lease])
    }
}
