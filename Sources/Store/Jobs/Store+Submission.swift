import Foundation
internal import GRDB

/// What became of a submission.
public enum JobSubmission: Sendable {
    case created(JobRecord)
    /// The same key came with the same body before: its job.
    case repeated(JobRecord)
    /// The key came with another body before.
    case keyReused
    /// The owner would have more unfinished items than it may: so many it has now.
    case overQuota(unfinished: Int)
}

extension Store {
    /// Takes a job in. On return it has reached the disk, with all its items: those whose image is there are queued,
    /// the others wait for it.
    ///
    /// - Parameters:
    ///   - quota: the most unfinished items of one owner; nil for no limit.
    ///   - now: only shown, never compared.
    /// - Throws: `StoreError.full` when jobs take all the room there is; nothing is stored then.
    public func submit(
        _ job: NewJob, key: SubmissionKey? = nil, quota: Int? = nil, now: Date = Date()
    ) throws(StoreError) -> JobSubmission {
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.write { db in
                if let key, let earlier = try submission(key, in: db) { return earlier }
                if let quota {
                    let unfinished = try unfinishedItems(of: job.owner, in: db)
                    if unfinished + job.items.count > quota { return .overQuota(unfinished: unfinished) }
                }
                let id = JobID.random()
                try makingRoom(in: db) {
                    try insert(job, id: id, key: key, now: Milliseconds(now).since1970, in: db)
                    return (keeping: nil, isBounded: true)
                }
                guard let record = try jobRecord(id, in: db) else {
                    throw StoreError.damaged(path: path, detail: "job \(id) is not there after its insertion")
                }
                return .created(record)
            }
        }
    }

    /// The job that was made of a submission with this key; nil when there was none.
    public func submission(_ key: SubmissionKey) throws(StoreError) -> JobSubmission? {
        try StoreError.wrap(path: directory.database) { try connections.read { db in try submission(key, in: db) } }
    }

    private func submission(_ key: SubmissionKey, in db: Database) throws -> JobSubmission? {
        struct Row: Decodable, FetchableRecord {
            let body: String
            let id: String
        }
        guard let row = try Row.fetchOne(
            db, sql: """
                SELECT submission.body, job.id FROM submission JOIN job ON job.number = submission.job
                WHERE submission.owner = ? AND submission.key = ?
                """, arguments: [key.owner, key.key])
        else { return nil }
        guard row.body == key.body.rawValue else { return .keyReused }
        return try JobID(rawValue: row.id).flatMap { try jobRecord($0, in: db) }.map(JobSubmission.repeated)
    }

    private func unfinishedItems(of owner: String, in db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT coalesce(sum(waiting + queued + running), 0) FROM job WHERE owner = ?", arguments: [owner])
            ?? 0
    }

    private func insert(_ job: NewJob, id: JobID, key: SubmissionKey?, now: Int64, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO job (id, name, owner, modelDigest, options, createdAt, callbackURL, callbackState)
                VALUES (?, ?, ?, ?, ?, ?, ?, iif(? IS NULL, NULL, 'waiting'))
                """,
            arguments: [
                id.rawValue, job.name, job.owner, job.modelDigest.rawValue, job.options, now, job.callbackURL,
                job.callbackURL,
            ])
        let number = db.lastInsertedRowID
        let statement = try db.cachedStatement(sql: """
            INSERT INTO jobItem (job, position, name, image, labels, mask, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6,
                iif(EXISTS (SELECT 1 FROM image WHERE sha256 = ?4), 'queued', 'waiting'))
            """)
        let encoder = JSONEncoder()
        for (position, item) in job.items.enumerated() {
            let labels = try item.labels.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            try statement.execute(arguments: [
                number, position, item.name, item.image.rawValue, labels, item.mask.rawValue,
            ])
        }
        if let key {
            try db.execute(
                sql: "INSERT INTO submission (owner, key, body, job) VALUES (?, ?, ?, ?)",
                arguments: [key.owner, key.key, key.body.rawValue, number])
        }
        try JobItems.finishJob(number, now: now, in: db)
    }
}
