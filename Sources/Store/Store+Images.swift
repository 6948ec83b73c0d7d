import Foundation
internal import GRDB

extension Store {
    /// The uploaded bytes of an image; nil when no mask of it is stored, or when its file has gone from the directory
    /// (the next insert of a mask of this image puts it back).
    ///
    /// - Throws: `StoreError.damaged` when the file's length is not what was written.
    public func image(_ sha256: ContentDigest) throws(StoreError) -> Data? {
        try StoreError.wrap(path: directory.database) {
            let bytes = try connections.read { db in try self.bytes(ofImage: sha256, in: db) }
            return try bytes.flatMap { try imageFiles.read(sha256, bytes: $0) }
        }
    }

    /// Makes sure that the image's file is there in full, before any row says so.
    func keepImageFile(_ sha256: ContentDigest, _ imageBytes: Data, in db: Database) throws {
        if let stored = try bytes(ofImage: sha256, in: db), stored != imageBytes.count {
            throw StoreError.invalid(
                field: "imageBytes",
                reason: "\(imageBytes.count) bytes, but the image stored under this SHA-256 has \(stored)")
        }
        if !imageFiles.holds(sha256, bytes: imageBytes.count) {
            try imageFiles.write(imageBytes, as: sha256)
        }
    }

    /// After a failed insert. Leaves the file when the database cannot tell: the next start clears it away.
    func removeImageFileWithoutRow(_ sha256: ContentDigest, in db: Database) {
        do {
            if try bytes(ofImage: sha256, in: db) == nil {
                imageFiles.remove(sha256)
            }
        } catch {
            return
        }
    }

    func bytes(ofImage sha256: ContentDigest, in db: Database) throws -> Int? {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT bytes FROM image WHERE sha256 = ?"), arguments: [sha256.rawValue])
    }
}
