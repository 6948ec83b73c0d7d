import Foundation
internal import GRDB

/// What became of an upload.
public enum UploadOutcome: Sendable, Equatable {
    case stored
    case alreadyStored
    /// No item of any job of the tenant needs the image, so it was not kept.
    case notNeeded
    /// The jobs of the token hold as much as they may; the image was not kept.
    case overQuota(JobHoldings)
}

extension Store {
    /// Whether an image is there, or would be kept. One that only others have shown is as if it were not there.
    ///
    /// - Returns: nil when the upload is wanted, else what `addImage` would say.
    public func uploadIsNeeded(_ image: ContentDigest, from tenant: Tenant) throws(StoreError) -> UploadOutcome? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in try uploadOutcome(image, tenant, in: db) }
        }
    }

    /// Keeps an image that items of the tenant's jobs wait for, and queues them. On return both have reached the disk.
    ///
    /// - Parameters:
    ///   - bytes: whose SHA-256 is `image`, not empty.
    ///   - owner: name of the token, whose holdings the quota bounds.
    /// - Throws: `StoreError.full` where jobs take all the room; `.recordTooLarge`; `.diskFull`, …
    public func addImage(
        _ bytes: Data, as image: ContentDigest, mediaType: String, from tenant: Tenant, owner: String,
        quota: JobQuota = .none
    ) throws(StoreError) -> UploadOutcome {
        guard !bytes.isEmpty else { throw .invalid(field: "imageBytes", reason: "must not be empty") }
        guard bytes.count <= limitBytes else { throw .recordTooLarge(bytes: bytes.count, limit: limitBytes) }
        return try write { db in
            if let outcome = try uploadOutcome(image, tenant, in: db) { return outcome }
            let before = try HolderRow.holdings(of: owner, in: db)
            do {
                try keepImageFile(image, bytes, in: db)
                try makingRoom(in: db) {
                    try db.execute(
                        sql: """
                            INSERT INTO image (sha256, mediaType, bytes, createdAt) VALUES (?, ?, ?, ?)
                            ON CONFLICT DO NOTHING
                            """,
                        arguments: [image.rawValue, mediaType, bytes.count, Milliseconds(Date()).since1970])
                    // One that was there takes no more room when only its file comes back.
                    let isNew = db.changesCount > 0
                    try JobItems.queue(withImage: image, shownBy: tenant, in: db)
                    try requireRoom(of: owner, quota, before: before, in: db)
                    return (keeping: nil, isBounded: isNew)
                }
            } catch {
                removeImageFileWithoutRow(image, in: db)
                guard let before = error as? JobHoldings else { throw error }
                return .overQuota(before)
            }
            return .stored
        }
    }

    private func uploadOutcome(_ image: ContentDigest, _ tenant: Tenant, in db: Database) throws -> UploadOutcome? {
        let isAwaited = try Bool.fetchOne(
            db.cachedStatement(sql: """
                SELECT EXISTS (SELECT 1 FROM jobItem JOIN job ON job.number = jobItem.job
                    WHERE image = ?1 AND state = 'waiting' AND (?2 OR tenant = ?3))
                """), arguments: [image.rawValue, tenant.seesAll, tenant.name])
        // Awaited although there is a row: its file has gone from the directory, or only others have shown it.
        if isAwaited == true { return nil }
        let isShown = try Bool.fetchOne(
            db.cachedStatement(sql: """
                SELECT EXISTS (SELECT 1 FROM image
                    WHERE sha256 = ?1 AND (?2 OR \(JobItems.isShown(image: "?1", tenant: "?3"))))
                """), arguments: [image.rawValue, tenant.seesAll, tenant.name])
        return isShown == true ? .alreadyStored : .notNeeded
    }
}
