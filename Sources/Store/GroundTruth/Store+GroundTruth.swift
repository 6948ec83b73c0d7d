import Foundation
internal import GRDB

extension Store {
    /// Keeps how a mask compares with its ground truth, in place of what was kept before. On return it has reached the
    /// disk.
    ///
    /// Evicts the least recently used other masks where the limit demands it, in the same transaction. It goes with its
    /// mask.
    ///
    /// - Throws: `StoreError.invalid`, `.recordTooLarge`, `.full`, `.diskFull`, `.failed`, …; all is as before then.
    public func setGroundTruth(
        _ record: GroundTruthRecord, of id: MaskID, for tenant: Tenant
    ) throws(StoreError) -> GroundTruthOutcome {
        struct Mask: Decodable, FetchableRecord {
            let number: Int64
            let bytes: Int
            let hasGroundTruth: Bool
        }
        try record.validate()
        return try write { db in
            guard let number = try MaskMark.number(of: id, visibleTo: tenant, in: db),
                let mask = try Mask.fetchOne(
                    db,
                    sql: """
                        SELECT mask.number, mask.bytes + image.bytes AS bytes,
                            EXISTS (SELECT 1 FROM groundTruth WHERE mask = mask.number) AS hasGroundTruth
                        FROM mask JOIN image ON image.number = mask.image WHERE mask.number = ?
                        """, arguments: [number])
            else { return .unknownMask }
            let bytes = mask.bytes + record.storedBytes
            guard bytes <= limitBytes else { throw StoreError.recordTooLarge(bytes: bytes, limit: limitBytes) }
            try makingRoom(in: db) {
                try put(record, ofMask: mask.number, in: db)
                return (keeping: mask.number, isBounded: true)
            }
            return mask.hasGroundTruth ? .replaced : .stored
        }
    }

    private func put(_ record: GroundTruthRecord, ofMask mask: Int64, in db: Database) throws {
        // Not INSERT OR REPLACE, whose deletion no trigger hears of.
        try db.execute(
            sql: """
                INSERT INTO groundTruth
                    (mask, modelDigest, optionsDigest, labelSource, sha256, createdAt, bytes, score, owner)
                SELECT number, modelDigest, ?, labelSource, ?, ?, ?, ?, owner
                FROM mask JOIN maskMark ON maskMark.mask = number WHERE number = ?
                ON CONFLICT (mask) DO UPDATE SET
                    optionsDigest = excluded.optionsDigest, sha256 = excluded.sha256,
                    createdAt = excluded.createdAt, bytes = excluded.bytes, score = excluded.score
                """,
            arguments: [
                record.optionsDigest.rawValue, record.sha256.rawValue, Milliseconds(record.createdAt).since1970,
                record.storedBytes, record.score, mask,
            ])
    }

    /// nil when the mask has none, or is not there itself. Whether its asker may see the mask is not looked at here.
    public func groundTruth(of id: MaskID) throws(StoreError) -> GroundTruthRecord? {
        struct Row: Decodable, FetchableRecord {
            let sha256: String
            let optionsDigest: String
            let createdAt: Int64
            let score: Data
        }
        let path = directory.database
        return try StoreError.wrap(path: path) {
            let row = try connections.read { db in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT sha256, optionsDigest, createdAt, score FROM groundTruth
                            WHERE mask = (SELECT number FROM mask WHERE id = ?)
                            """), arguments: [id.rawValue])
            }
            guard let row else { return nil }
            guard let sha256 = ContentDigest(rawValue: row.sha256),
                let optionsDigest = ContentDigest(rawValue: row.optionsDigest)
            else { throw StoreError.damaged(path: path, detail: "the ground truth of \(id) has an impossible value") }
            return GroundTruthRecord(
                sha256: sha256, optionsDigest: optionsDigest, score: row.score,
                createdAt: Milliseconds(since1970: row.createdAt).date)
        }
    }

    /// - Returns: whether there was one of a mask that the tenant sees.
    public func removeGroundTruth(of id: MaskID, for tenant: Tenant) throws(StoreError) -> Bool {
        try write { db in
            var wasThere = false
            try db.inTransaction(.immediate) {
                guard let mask = try MaskMark.number(of: id, visibleTo: tenant, in: db) else { return .commit }
                try db.execute(sql: "DELETE FROM groundTruth WHERE mask = ?", arguments: [mask])
                wasThere = db.changesCount > 0
                return .commit
            }
            return wasThere
        }
    }
}
