import Foundation
internal import GRDB

/// What became of an upload.
public enum UploadOutcome: Sendable, Equatable {
    case stored
    case alreadyStored
    /// No item of any job needs the image, so it was not kept.
    case notNeeded
}

extension Store {
    /// Whether an image is there, or would be kept.
    ///
    /// - Returns: nil when the upload is wanted, else what `addImage` would say.
    public func uploadIsNeeded(_ image: ContentDigest) throws(StoreError) -> UploadOutcome? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in try uploadOutcome(image, in: db) }
        }
    }

    /// Keeps an image that items of jobs wait for, and queues them. On return both have reached the disk.
    ///
    /// - Parameter bytes: whose SHA-256 is `image`, not empty.
    /// - Throws: `StoreError.full` where jobs take all the room; `.recordTooLarge`; `.diskFull`, …
    public func addImage(_ bytes: Data, as image: ContentDigest, mediaType: String) throws(StoreError) -> UploadOutcome {
        guard !bytes.isEmpty else { throw .invalid(field: "imageBytes", reason: "must not be empty") }
        guard bytes.count <= limitBytes else { throw .recordTooLarge(bytes: bytes.count, limit: limitBytes) }
        return try StoreError.wrap(path: directory.database) {
            try connections.write { db in
                if let outcome = try uploadOutcome(image, in: db) { return outcome }
                try keepImageFile(image, bytes, in: db)
                do {
                    try makingRoom(in: db) {
                        try db.execute(
                            sql: """
                                INSERT INTO image (sha256, mediaType, bytes, createdAt) VALUES (?, ?, ?, ?)
                                ON CONFLICT DO NOTHING
                                """,
                            arguments: [image.rawValue, mediaType, bytes.count, Milliseconds(Date()).since1970])
                        // One that was there takes no more room when only its file comes back.
                        let isNew = db.changesCount > 0
                        try JobItems.queue(withImage: image, in: db)
                        return (keeping: nil, isBounded: isNew)
                    }
                } catch {
                    removeImageFileWithoutRow(image, in: db)
                    throw error
                }
                return .stored
            }
        }
    }

    private func uploadOutcome(_ image: ContentDigest, in db: Database) throws -> UploadOutcome? {
        let isAwaited = try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM jobItem WHERE image = ? AND state = 'waiting')"),
            arguments: [image.rawValue])
        // Awaited although there is a row: its file has gone from the directory.
        if isAwaited == true { return nil }
        return try bytes(ofImage: image, in: db) == nil ? .notNeeded : .alreadyStored
    }
}
