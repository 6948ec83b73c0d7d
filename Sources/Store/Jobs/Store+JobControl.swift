import Foundation
internal import GRDB

/// What became of a command to a job.
public enum JobCommandOutcome: Sendable {
    case done(JobRecord)
    /// The job's state does not allow it, for the reason given.
    case refused(JobRecord, reason: String)
    case unknownJob
}

extension Store {
    /// Begins nothing new of the job until `resume`. What runs finishes.
    public func pause(_ id: JobID, for tenant: Tenant) throws(StoreError) -> JobCommandOutcome {
        try command(id, for: tenant) { job, db in
            if job.hasEnded { return "the job has ended" }
            try setPhase(.paused, of: job, in: db)
            return nil
        }
    }

    public func resume(_ id: JobID, for tenant: Tenant) throws(StoreError) -> JobCommandOutcome {
        try command(id, for: tenant) { job, db in
            if job.hasEnded { return "the job has ended" }
            try setPhase(.active, of: job, in: db)
            return nil
        }
    }

    /// Has failed items begun again, as if they never were. A job that ended while it was paused is not paused any
    /// more, one that is paused still is.
    public func retry(_ id: JobID, for tenant: Tenant) throws(StoreError) -> JobCommandOutcome {
        try command(id, for: tenant) { job, db in
            if job.phase == .cancelled { return "the job was cancelled" }
            try db.execute(
                sql: """
                    UPDATE jobItem SET tries = 0, deaths = 0, crashes = 0, reason = NULL, manifest = NULL, finished = NULL,
                        manifestBytes = 0,
                        state = iif(\(JobItems.isShown(image: "jobItem.image", tenant: "?2")), 'queued', 'waiting')
                    WHERE job = ?1 AND state = 'failed'
                    """, arguments: [job.number, job.tenant])
            guard db.changesCount > 0 else { return job.hasEnded ? "no item of the job has failed" : nil }
            try db.execute(
                sql: """
                    UPDATE job SET revision = revision + 1, finishedAt = NULL, endedAt = NULL,
                        phase = iif(finishedAt IS NULL, phase, 'active'),
                        callbackState = iif(callbackURL IS NULL, NULL, 'waiting')
                    WHERE number = ?
                    """, arguments: [job.number])
            return nil
        }
    }

    /// Ends the job: what is not finished never will be, and claims on it are void from now on. An ended job stays as
    /// it is.
    ///
    /// Of items that were never begun nothing is left but their number: whoever posts and cancels again and again
    /// leaves no more than the jobs themselves.
    public func cancel(_ id: JobID, for tenant: Tenant, now: Date = Date()) throws(StoreError) -> JobCommandOutcome {
        var gone: [ContentDigest] = []
        return try command(id, for: tenant) { job, db in
            if job.hasEnded { return nil }
            try setPhase(.cancelled, of: job, in: db)
            // While the items still name them.
            gone = try Eviction.deleteUnreferencedImages(ofJob: job.number, in: db)
            try cancelItems(of: job, in: db)
            try JobItems.finishJob(job.number, now: Milliseconds(now).since1970, in: db)
            return nil
        } afterCommit: {
            gone.forEach(imageFiles.remove)
        }
    }

    private func cancelItems(of job: JobRecord, in db: Database) throws {
        let neverBegun = "job = ? AND state IN ('waiting', 'queued') AND tries = 0"
        try db.execute(sql: "DELETE FROM jobItem WHERE \(neverBegun)", arguments: [job.number])
        let dropped = db.changesCount
        // Ends that nobody waits for need not follow on each other, only rise and be unlike any other.
        try db.execute(
            sql: """
                UPDATE jobItem SET state = 'cancelled', lease = NULL,
                    finished = (SELECT revision FROM job WHERE number = jobItem.job) + position + 1
                WHERE job = ? AND state IN ('waiting', 'queued', 'running')
                """, arguments: [job.number])
        // Nothing else is left in these states.
        try db.execute(
            sql: """
                UPDATE job SET revision = revision + ?1, hasStarted = 1, waiting = 0, queued = 0,
                    cancelled = cancelled + ?2, dropped = dropped + ?2, heldBytes = (
                        SELECT coalesce(sum(coalesce(imageBytes, 0) + coalesce(
                            (SELECT bytes FROM mask WHERE mask.number = jobItem.result), 0)), 0)
                        FROM jobItem WHERE job = ?3)
                WHERE number = ?3
                """, arguments: [job.counts.total + 1, dropped, job.number])
        // Only the images of masks are held on to, by whichever item is left of each.
        try db.execute(sql: "UPDATE jobItem SET imageBytes = NULL WHERE job = ?", arguments: [job.number])
        try db.execute(
            sql: """
                UPDATE jobItem SET imageBytes = (SELECT bytes FROM image WHERE sha256 = jobItem.image)
                WHERE number IN (SELECT min(number) FROM jobItem WHERE job = ? AND state = 'done' GROUP BY image)
                """, arguments: [job.number])
    }

    /// Forgets a job, whatever its state. Its masks stay until the room is needed.
    ///
    /// - Returns: false when there is no such job.
    public func purge(_ id: JobID, for tenant: Tenant) throws(StoreError) -> Bool {
        var gone: [ContentDigest] = []
        let outcome = try command(id, for: tenant) { job, db in
            gone = try purge(job.number, in: db)
            return "gone"
        } afterCommit: {
            gone.forEach(imageFiles.remove)
        }
        if case .unknownJob = outcome { return false }
        return true
    }

    /// Inside the caller's transaction.
    ///
    /// - Returns: the images that went; the files are the caller's to remove, after the commit.
    func purge(_ job: Int64, in db: Database) throws -> [ContentDigest] {
        // Its items keep their images no more, but name what may go.
        try db.execute(sql: "UPDATE job SET phase = 'cancelled' WHERE number = ?", arguments: [job])
        let gone = try Eviction.deleteUnreferencedImages(ofJob: job, in: db)
        try db.execute(sql: "DELETE FROM jobItem WHERE job = ?", arguments: [job])
        try db.execute(sql: "DELETE FROM job WHERE number = ?", arguments: [job])
        return gone
    }

    /// Runs a command in a transaction; `body` returns why it is refused, or nil.
    private func command(
        _ id: JobID, for tenant: Tenant, _ body: (JobRecord, Database) throws -> String?, afterCommit: () -> Void = {}
    ) throws(StoreError) -> JobCommandOutcome {
        try write { db in
            var outcome = JobCommandOutcome.unknownJob
            try db.inTransaction(.immediate) {
                guard let job = try jobRecord(id, for: tenant, in: db) else { return .commit }
                let refusal = try body(job, db)
                let after = try jobRecord(id, in: db) ?? job
                outcome = refusal.map { .refused(after, reason: $0) } ?? .done(after)
                return .commit
            }
            afterCommit()
            return outcome
        }
    }

    private func setPhase(_ phase: JobPhase, of job: JobRecord, in db: Database) throws {
        try db.execute(
            sql: "UPDATE job SET phase = ? WHERE number = ?", arguments: [phase.rawValue, job.number])
    }
}
