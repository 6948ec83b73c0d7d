import Foundation
internal import GRDB

/// What became of an insert.
public enum InsertOutcome: Sendable {
    case inserted
    /// A mask with this id was there already and stays as it is.
    case alreadyStored
}

extension Store {
    /// Keeps a mask and its image. On return both have reached the disk.
    ///
    /// Evicts the least recently used masks where the limit demands it, in the same transaction. Inserting an id that
    /// is there keeps the first record and counts as a use, unless the first is damaged: then it is replaced.
    ///
    /// - Parameters:
    ///   - imageBytes: the uploaded file whose SHA-256 is `record.imageSHA256`. Kept once for all its masks.
    ///   - tenant: whose the mask is; it has shown the image.
    /// - Throws: `StoreError.invalid`, `.recordTooLarge`, `.full`, `.diskFull`, `.failed`, …; nothing is stored then.
    @discardableResult
    public func insert(
        _ record: MaskRecord, imageBytes: Data, for tenant: Tenant
    ) throws(StoreError) -> InsertOutcome {
        try record.validate()
        guard !imageBytes.isEmpty else { throw .invalid(field: "imageBytes", reason: "must not be empty") }
        let bytes = record.storedBytes + imageBytes.count
        guard bytes <= limitBytes else { throw .recordTooLarge(bytes: bytes, limit: limitBytes) }

        // Files are written and removed on the writer's queue too: no two writes of one image, and no removal of an
        // image that another insert has just found in place.
        return try write { db in
            let stored = try maskNumber(record.id, in: db)
            let isIntact = try stored.map { try self.isIntact($0, in: db) } ?? false
            try keepImageFile(record.imageSHA256, imageBytes, in: db)
            do {
                try makingRoom(in: db) {
                    let mask: Int64
                    if let stored {
                        if !isIntact { try replaceDamaged(stored, with: record, in: db) }
                        mask = stored
                    } else {
                        mask = try insertMask(record, imageBytes: imageBytes.count, owner: tenant.name, in: db)
                    }
                    try JobItems.queue(withImage: record.imageSHA256, shownBy: tenant, in: db)
                    return (keeping: mask, isBounded: stored == nil)
                }
            } catch {
                removeImageFileWithoutRow(record.imageSHA256, in: db)
                throw error
            }
            if isIntact { recency.touch(record.id) }
            return isIntact ? .alreadyStored : .inserted
        }
    }

    /// The mask under an id; nil when it was never stored, has been evicted, or is another tenant's. Counts as a use.
    ///
    /// - Throws: `StoreError.maskDamaged` when it is not what was written.
    public func mask(_ id: MaskID, for tenant: Tenant) throws(StoreError) -> MaskRecord? {
        let path = directory.database
        let record: MaskRecord? = try StoreError.wrap(path: path) {
            try connections.read { db in
                guard
                    let row = try MaskRow.fetchOne(
                        db.cachedStatement(sql: "SELECT \(MaskRow.columns) FROM mask WHERE id = ?"),
                        arguments: [id.rawValue])
                else { return nil }
                guard let number = row.number, let (image, mark) = try MaskMark.fetch(number, image: row.image, in: db)
                else { throw StoreError.damaged(path: path, detail: "mask \(id) has no image or no owner") }
                guard try mark.isVisible(number, to: tenant, in: db) else { return nil }
                let classes = try self.classes(ofMask: number, in: db)
                try requireIntact(png: row.png, of: id, mark)
                try requireIntact(classes: classes, of: id, mark)
                return try MaskRecord(row, image: image, mark: mark, classes: classes, path: path)
            }
        }
        if record != nil { recency.touch(id) }
        return record
    }

    /// Whether so many masks were read since the last write that it is time for `writeRecency()`. True once each time.
    public func takeRecencyDue() -> Bool { recency.takeDue() }

    /// Writes down which masks were read. Any other write does so, too; where there are none for long, somebody who may
    /// wait for the disk has to call this. Reading itself never waits for it.
    public func writeRecency() { try? connections.write { db in writeRecency(in: db) } }

    /// Writes down which masks were read. A failure is passed over, since only the order of eviction hangs on it, and
    /// the reads are then forgotten, so that memory stays bounded.
    func writeRecency(in db: Database) {
        let uses = recency.pending
        if uses.isEmpty { return }
        try? db.inTransaction(.immediate) {
            try Eviction.record(uses, in: db)
            return .commit
        }
        recency.forget(uses)
    }

    /// Runs `body` in a transaction and evicts what its insertions leave no room for.
    ///
    /// - Parameter body: returns the mask that must not go, and whether all fails with `StoreError.full` when jobs
    ///   hold on to so much that the limit cannot be kept.
    func makingRoom(in db: Database, _ body: () throws -> (keeping: Int64?, isBounded: Bool)) throws {
        let uses = recency.pending
        var evicted: [ContentDigest] = []
        try db.inTransaction(.immediate) {
            let (kept, isBounded) = try body()
            try Eviction.record(uses, in: db)
            evicted = try Eviction.makeRoom(limitBytes: limitBytes, keeping: kept, in: db)
            if try isBounded && Eviction.isOver(limitBytes, in: db) { throw StoreError.full(limit: limitBytes) }
            return .commit
        }
        recency.forget(uses)
        evicted.forEach(imageFiles.remove)
    }

    /// - Returns: the new row's number.
    func insertMask(_ record: MaskRecord, imageBytes: Int, owner: String, in db: Database) throws -> Int64 {
        let image = try imageNumber(record, bytes: imageBytes, in: db)
        try MaskRow(record, image: image, lastUsed: recency.next()).insert(db)
        let mask = db.lastInsertedRowID
        try MaskMark.insert(record, mask: mask, owner: owner, in: db)
        for (position, entry) in record.classes.enumerated() {
            try ClassRow(entry, mask: mask, position: position).insert(db)
        }
        return mask
    }

    private func imageNumber(_ record: MaskRecord, bytes: Int, in db: Database) throws -> Int64 {
        if let number = try Int64.fetchOne(
            db, sql: "SELECT number FROM image WHERE sha256 = ?", arguments: [record.imageSHA256.rawValue])
        {
            return number
        }
        try ImageRow(record, bytes: bytes).insert(db)
        return db.lastInsertedRowID
    }
}
