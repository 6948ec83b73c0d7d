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
    public func pause(_ id: JobID) throws(StoreError) -> JobCommandOutcome {
        try command(id) { job, db in
            if job.hasEnded { return "the job has ended" }
            try setPhase(.paused, of: job, in: db)
            return nil
        }
    }

    public func resume(_ id: JobID) throws(StoreError) -> JobCommandOutcome {
        try command(id) { job, db in
            if job.hasEnded { return "the job has ended" }
            try setPhase(.active, of: job, in: db)
            return nil
        }
    }

    /// Has failed items begun again, as if they never were. A job that ended while it was paused is not paused any
    /// more, one that is paused still is.
    public func retry(_ id: JobID) throws(StoreError) -> JobCommandOutcome {
        try command(id) { job, db in
            if job.phase == .cancelled { return "the job was cancelled" }
            try db.execute(
                sql: """
                    UPDATE jobItem SET tries = 0, deaths = 0, crashes = 0, reason = NULL, manifest = NULL, finished = NULL,
                        state = iif(EXISTS (SELECT 1 FROM image WHERE sha256 = jobItem.image), 'queued', 'waiting')
                    WHERE job = ? AND state = 'failed'
                    """, arguments: [job.number])
            guard db.changesCount > 0 else { return job.hasEnded ? "no item of the job has failed" : nil }
            try db.execute(
                sql: """
                    UPDATE job SET revision = revision + 1, finishedAt = NULL,
                        phase = iif(finishedAt IS NULL, phase, 'active'),
                        callbackState = iif(callbackURL IS NULL, NULL, 'waiting')
                    WHERE number = ?
                    """, arguments: [job.number])
            return nil
        }
    }

    /// Ends the job: what is not finished never will be, and claims on it are void from now on. An ended job stays as
    /// it is.
    public func cancel(_ id: JobID, now: Date = Date()) throws(StoreError) -> JobCommandOutcome {
        var gone: [ContentDigest] = []
        let outcome = try command(id) { job, db in
            if job.hasEnded { return nil }
            // Ends that nobody waits for need not follow on each other, only rise and be unlike any other.
            try db.execute(
                sql: """
                    UPDATE jobItem SET state = 'cancelled', lease = NULL,
                        finished = (SELECT revision FROM job WHERE number = jobItem.job) + position + 1
                    WHERE job = ? AND state IN ('waiting', 'queued', 'running')
                    """, arguments: [job.number])
            try db.execute(
                sql: "UPDATE job SET revision = revision + ?, hasStarted = 1 WHERE number = ?",
                arguments: [job.counts.total + 1, job.number])
            try setPhase(.cancelled, of: job, in: db)
            try JobItems.finishJob(job.number, now: Milliseconds(now).since1970, in: db)
            gone = try Eviction.deleteUnreferencedImages(ofJob: job.number, in: db)
            return nil
        } afterCommit: {
            gone.forEach(imageFiles.remove)
        }
        return outcome
    }

    /// Forgets a job, whatever its state. Its masks stay until the room is needed.
    ///
    /// - Returns: false when there is no such job.
    public func purge(_ id: JobID) throws(StoreError) -> Bool {
        var gone: [ContentDigest] = []
        let outcome = try command(id) { job, db in
            // Its items keep their images no more, but name what may go.
            try setPhase(.cancelled, of: job, in: db)
            gone = try Eviction.deleteUnreferencedImages(ofJob: job.number, in: db)
            try db.execute(sql: "DELETE FROM jobItem WHERE job = ?", arguments: [job.number])
            try db.execute(sql: "DELETE FROM job WHERE number = ?", arguments: [job.number])
            return "gone"
        } afterCommit: {
            gone.forEach(imageFiles.remove)
        }
        if case .unknownJob = outcome { return false }
        return true
    }

    /// Runs a command in a transaction; `body` returns why it is refused, or nil.
    private func command(
        _ id: JobID, _ body: (JobRecord, Database) throws -> String?, afterCommit: () -> Void = {}
    ) throws(StoreError) -> JobCommandOutcome {
        try StoreError.wrap(path: directory.database) {
            try connections.write { db in
                var outcome = JobCommandOutcome.unknownJob
                try db.inTransaction(.immediate) {
                    guard let job = try jobRecord(id, in: db) else { return .commit }
                    let refusal = try body(job, db)
                    let after = try jobRecord(id, in: db) ?? job
                    outcome = refusal.map { .refused(after, reason: $0) } ?? .done(after)
                    return .commit
                }
                afterCommit()
                return outcome
            }
        }
    }

    private func setPhase(_ phase: JobPhase, of job: JobRecord, in db: Database) throws {
        try db.execute(
            sql: "UPDATE job SET phase = ? WHERE number = ?", arguments: [phase.rawValue, job.number])
    }
}
