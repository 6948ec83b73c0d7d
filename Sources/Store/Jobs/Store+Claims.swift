import Foundation
internal import GRDB

extension Store {
    /// Takes the next item to work on: of the token that has waited longest for its turn, and of its job that has, the item
    /// that was begun least often. On return the claim has reached the disk.
    ///
    /// - Parameters:
    ///   - model: only jobs of this model.
    ///   - manifest: the manifest line of an item that is failed instead of begun, because it was begun so often in vain.
    ///   - onFailure: told the job of each item that was failed so.
    /// - Returns: nil when nothing is queued.
    public func claim(
        model: ContentDigest, now: Date = Date(), manifest: (JobItemRecord, _ reason: String) throws -> String,
        onFailure: (JobID) -> Void = { _ in }
    ) throws(StoreError) -> JobClaim? {
        let path = directory.database
        return try write { db in
            var claim: JobClaim?
            var failed: [JobID] = []
            try db.inTransaction(.immediate) {
                while let (job, row) = try nextItem(model: model, in: db) {
                    let item = try JobItemRecord(row, path: path)
                    if let reason = JobItems.exhaustion(row) {
                        try JobItems.end(row, as: .failed, reason: reason, manifest: try manifest(item, reason), in: db)
                        try JobItems.finishJob(row.job, now: Milliseconds(now).since1970, in: db)
                        failed.append(job.id)
                        continue
                    }
                    let lease = try begin(row, in: db)
                    claim = JobClaim(
                        job: job.id, item: item, options: job.options, deaths: row.deaths, number: row.number,
                        lease: lease, tenant: job.tenant)
                    break
                }
                return .commit
            }
            failed.forEach(onFailure)
            return claim
        }
    }

    /// Whether the claim still holds: not when its job was cancelled.
    public func holds(_ claim: JobClaim) throws(StoreError) -> Bool {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in try JobItems.row(of: claim, in: db) != nil }
        }
    }

    /// Finishes an item with its mask, which is stored in the same transaction unless it is there already.
    ///
    /// - Parameter record: under the item's mask id, of the item's image.
    /// - Returns: false when the claim is void; the mask is kept all the same, for whoever asks for it next.
    @discardableResult
    public func complete(
        _ claim: JobClaim, with record: MaskRecord, isFromCache: Bool, manifest: String, now: Date = Date()
    ) throws(StoreError) -> Bool {
        try record.validate()
        guard record.id == claim.item.mask, record.imageSHA256 == claim.item.image else {
            throw .invalid(field: "record", reason: "is not the mask of item \(claim.item.name)")
        }
        return try write { db in
            var held = false
            try makingRoom(in: db) {
                var mask = try maskNumber(record.id, in: db)
                // One from the store has just been read whole; one that was made was made because there was none, or
                // because what was there is damaged.
                if let mask, !isFromCache, try !isIntact(mask, in: db) {
                    try replaceDamaged(mask, with: record, in: db)
                }
                // Without its row an image was purged, with its job: nobody is left who asked.
                if mask == nil, let bytes = try bytes(ofImage: record.imageSHA256, in: db) {
                    mask = try insertMask(record, imageBytes: bytes, owner: claim.tenant, in: db)
                }
                guard let mask, let row = try JobItems.row(of: claim, in: db) else {
                    return (keeping: nil, isBounded: false)
                }
                try JobItems.end(row, as: .done, result: mask, isFromCache: isFromCache, manifest: manifest, in: db)
                try JobItems.add(JobSums(record.classes), toJob: row.job, in: db)
                try JobItems.finishJob(row.job, now: Milliseconds(now).since1970, in: db)
                held = true
                // Its room was granted when its image was taken in.
                return (keeping: mask, isBounded: false)
            }
            return held
        }
    }

    /// Fails an item for good. Does nothing when the claim is void.
    public func fail(
        _ claim: JobClaim, reason: String, manifest: String, now: Date = Date()
    ) throws(StoreError) {
        try ifHeld(claim) { row, db in
            try JobItems.end(row, as: .failed, reason: reason, manifest: manifest, in: db)
            try JobItems.finishJob(row.job, now: Milliseconds(now).since1970, in: db)
        }
    }

    /// Gives an item back to be begun again. Does nothing when the claim is void.
    ///
    /// - Parameters:
    ///   - countingDeath: whether the engine ended while it had this item.
    ///   - countingTry: whether it counts as begun: when it may be its own fault.
    public func release(_ claim: JobClaim, countingDeath: Bool, countingTry: Bool) throws(StoreError) {
        try ifHeld(claim) { row, db in
            try JobItems.requeue(row.number, countingDeath: countingDeath, countingTry: countingTry, in: db)
        }
    }

    /// Gives an item back whose image has gone from the directory: it waits for it to be sent again.
    public func releaseWithoutImage(_ claim: JobClaim) throws(StoreError) {
        try ifHeld(claim) { row, db in
            // On the writer's queue: never a file that is being written. A damaged one must go, or it would be kept.
            imageFiles.remove(claim.item.image)
            try JobItems.requeue(row.number, as: .waiting, countingDeath: false, countingTry: false, in: db)
        }
    }

    private func ifHeld(_ claim: JobClaim, _ body: (JobItemRow, Database) throws -> Void) throws(StoreError) {
        try write { db in
            try db.inTransaction(.immediate) {
                if let row = try JobItems.row(of: claim, in: db) { try body(row, db) }
                return .commit
            }
        }
    }

    private func nextItem(model: ContentDigest, in db: Database) throws -> (JobRecord, JobItemRow)? {
        guard let job = try JobRow.fetchOne(
            db.cachedStatement(sql: """
                SELECT * FROM job WHERE phase = 'active' AND queued > 0 AND modelDigest = ?1 AND owner = (
                    SELECT owner FROM holder WHERE EXISTS (
                        SELECT 1 FROM job WHERE phase = 'active' AND queued > 0 AND modelDigest = ?1
                            AND job.owner = holder.owner)
                    ORDER BY lastServed, owner LIMIT 1)
                ORDER BY lastServed, number LIMIT 1
                """), arguments: [model.rawValue]),
            let item = try JobItemRow.fetchOne(
                db.cachedStatement(sql: """
                    SELECT \(JobItemRow.columns) FROM jobItem WHERE job = ? AND state = 'queued'
                    ORDER BY tries, position LIMIT 1
                    """), arguments: [job.number])
        else { return nil }
        return (try JobRecord(job, path: directory.database), item)
    }

    /// - Returns: the lease.
    private func begin(_ row: JobItemRow, in db: Database) throws -> Int64 {
        let lease = recency.next()
        try db.cachedStatement(
            sql: "UPDATE jobItem SET state = 'running', tries = tries + 1, lease = ? WHERE number = ?"
        ).execute(arguments: [lease, row.number])
        try db.cachedStatement(sql: "UPDATE job SET lastServed = ?, hasStarted = 1 WHERE number = ?")
            .execute(arguments: [lease, row.job])
        try db.cachedStatement(
            sql: "UPDATE holder SET lastServed = ? WHERE owner = (SELECT owner FROM job WHERE number = ?)"
        ).execute(arguments: [lease, row.job])
        return lease
    }

    func maskNumber(_ id: MaskID, in db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT number FROM mask WHERE id = ?"), arguments: [id.rawValue])
    }
}
