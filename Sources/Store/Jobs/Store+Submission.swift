import Foundation
internal import GRDB

/// What became of a submission.
public enum JobSubmission: Sendable {
    case created(JobRecord)
    /// The same key came with the same body before: its job.
    case repeated(JobRecord)
    /// The key came with another body before.
    case keyReused
    /// The owner would have more unfinished items than it may.
    case overQueue(JobHoldings)
    /// The owner's jobs would hold more than they may.
    case overQuota(JobHoldings)
}

extension Store {
    /// Takes a job in. On return it has reached the disk, with all its items: those whose image is there, and was shown
    /// by the job's tenant, are queued; the others wait for it.
    ///
    /// - Parameters:
    ///   - quota: what the jobs of one owner may hold.
    ///   - now: only shown, never compared.
    /// - Throws: `StoreError.full` when jobs take all the room there is; nothing is stored then.
    public func submit(
        _ job: NewJob, key: SubmissionKey? = nil, quota: JobQuota = .none, now: Date = Date()
    ) throws(StoreError) -> JobSubmission {
        let path = directory.database
        return try write { db in
            if let key, let earlier = try submission(key, in: db) { return earlier }
            let before = try HolderRow.holdings(of: job.owner, in: db)
            if let limit = quota.unfinished, before.unfinished + job.items.count > limit { return .overQueue(before) }
            // Before the work of writing it all.
            if let limit = quota.items, before.items + 1 + job.items.count > limit { return .overQuota(before) }
            let id = JobID.random()
            do {
                try makingRoom(in: db) {
                    try insert(job, id: id, key: key, now: Milliseconds(now).since1970, in: db)
                    try requireRoom(of: job.owner, quota, before: before, in: db)
                    return (keeping: nil, isBounded: true)
                }
            } catch let before as JobHoldings {
                return .overQuota(before)
            }
            guard let record = try jobRecord(id, in: db) else {
                throw StoreError.damaged(path: path, detail: "job \(id) is not there after its insertion")
            }
            return .created(record)
        }
    }

    /// - Throws: `before` when the owner's jobs hold more than they may now, and more than they did.
    func requireRoom(of owner: String, _ quota: JobQuota, before: JobHoldings, in db: Database) throws {
        guard let limit = quota.bytes else { return }
        let now = try HolderRow.holdings(of: owner, in: db).bytes
        if now > limit, now > before.bytes { throw before }
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
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT submission.body, job.id FROM submission JOIN job ON job.number = submission.job
                    WHERE submission.owner = ? AND submission.key = ?
                    """, arguments: [key.owner, key.key])
        else { return nil }
        guard row.body == key.body.rawValue else { return .keyReused }
        return try JobID(rawValue: row.id).flatMap { try jobRecord($0, in: db) }.map(JobSubmission.repeated)
    }

    private func insert(_ job: NewJob, id: JobID, key: SubmissionKey?, now: Int64, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO job (id, name, owner, tenant, modelDigest, options, createdAt, callbackURL, callbackState)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, iif(? IS NULL, NULL, 'waiting'))
                """,
            arguments: [
                id.rawValue, job.name, job.owner, job.tenant.name, job.modelDigest.rawValue, job.options, now,
                job.callbackURL,
                job.callbackURL,
            ])
        let number = db.lastInsertedRowID
        try insertItems(of: job, number: number, in: db)
        // Who sees all may have been shown by others what is queued here: now it counts as having shown it itself.
        try db.execute(
            sql: """
                INSERT INTO imageOwner
                    SELECT number, ? FROM image
                    WHERE sha256 IN (SELECT image FROM jobItem WHERE job = ? AND state = 'queued')
                ON CONFLICT DO NOTHING
                """, arguments: [job.tenant.name, number])
        if let key {
            try db.execute(
                sql: "INSERT INTO submission (owner, key, body, job) VALUES (?, ?, ?, ?)",
                arguments: [key.owner, key.key, key.body.rawValue, number])
        }
        try JobItems.finishJob(number, now: now, in: db)
    }
    private func insertItems(of job: NewJob, number: Int64, in db: Database) throws {
        let isThere =
            job.tenant.seesAll
            ? "EXISTS (SELECT 1 FROM image WHERE sha256 = ?4 AND ?7 = ?7)" : JobItems.isShown(image: "?4", tenant: "?7")
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO jobItem (job, position, name, image, labels, mask, state, imageBytes)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, iif(isThere, 'queued', 'waiting'),
                    iif(?8, iif(isThere, (SELECT bytes FROM image WHERE sha256 = ?4), 0), NULL)
                FROM (SELECT \(isThere) AS isThere)
                """)
        let encoder = JSONEncoder()
        var images: Set<ContentDigest> = []
        for (position, item) in job.items.enumerated() {
            let labels = try item.labels.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            // The first item of each image counts it.
            let counts = images.insert(item.image).inserted
            try statement.execute(arguments: [
                number, position, item.name, item.image.rawValue, labels, item.mask.rawValue, job.tenant.name, counts,
            ])
        }
    }
}
