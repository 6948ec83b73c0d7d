import Foundation
internal import GRDB

extension Store {
    /// Bytes of a piece; the last one of an overlay may be shorter.
    public static let overlayPieceBytes = 256 << 10
    /// Overlays of one mask that are kept; the oldest goes.
    public static let maximumOverlays = 4
    /// Of the size limit, one part in so many may be taken by overlays: whoever may only read must not push out the
    /// masks of others by having many overlays drawn.
    static let overlayShare = 8
    /// What eviction counts for a row beside the PNG.
    private static let allowancePerOverlay = 512

    /// Keeps a drawn overlay. On return it has reached the disk.
    ///
    /// The oldest overlays go where the mask has too many, or all together take more than their share of the limit; the
    /// least recently used other masks where the limit itself demands it.
    ///
    /// - Returns: whether it is kept: not where the mask has gone, or the PNG alone is larger than the overlays' share.
    /// - Throws: `StoreError.full`, `.diskFull`, `.failed`, …; all is as before then.
    public func insertOverlay(_ png: Data, as key: OverlayKey) throws(StoreError) -> Bool {
        let bytes = Store.allowancePerOverlay + png.count
        let share = limitBytes / Store.overlayShare
        guard !png.isEmpty, bytes <= share else { return false }
        return try write { db in
            guard
                let mask = try Int64.fetchOne(
                    db, sql: "SELECT number FROM mask WHERE id = ?", arguments: [key.mask.rawValue])
            else { return false }
            try makingRoom(in: db) {
                try removeOverlays(ofMask: mask, before: key, in: db)
                try removeOldestOverlays(leaving: share - bytes, in: db)
                try insert(png, bytes: bytes, ofMask: mask, as: key, in: db)
                return (keeping: mask, isBounded: true)
            }
            return true
        }
    }

    /// Those that the new one takes the place of.
    private func removeOverlays(ofMask mask: Int64, before key: OverlayKey, in db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM overlay WHERE mask = ?1 AND ((width, outline) = (?2, ?3) OR number NOT IN (
                    SELECT number FROM overlay WHERE mask = ?1 AND (width, outline) <> (?2, ?3)
                    ORDER BY number DESC LIMIT ?4))
                """, arguments: [mask, key.storedWidth, key.outline, Store.maximumOverlays - 1])
    }

    private func removeOldestOverlays(leaving bytes: Int, in db: Database) throws {
        var used = try Int.fetchOne(db.cachedStatement(sql: "SELECT sum(bytes) FROM overlay")) ?? 0
        let remove = try db.cachedStatement(
            sql: "DELETE FROM overlay WHERE number = (SELECT min(number) FROM overlay) RETURNING bytes")
        while used > bytes, let removed = try Int.fetchOne(remove) { used -= removed }
    }

    private func insert(_ png: Data, bytes: Int, ofMask mask: Int64, as key: OverlayKey, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO overlay (mask, width, outline, revision, length, bytes) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [mask, key.storedWidth, key.outline, key.revision, png.count, bytes])
        let overlay = db.lastInsertedRowID
        let statement = try db.cachedStatement(
            sql: "INSERT INTO overlayPiece (overlay, position, png) VALUES (?, ?, ?)")
        for (position, start) in stride(from: 0, to: png.count, by: Store.overlayPieceBytes).enumerated() {
            let piece = png.dropFirst(start).prefix(Store.overlayPieceBytes)
            try statement.execute(arguments: [overlay, position, Data(piece)])
        }
    }

    /// Bytes of a stored overlay; nil where it is not kept.
    public func overlayLength(_ key: OverlayKey) throws(StoreError) -> Int? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                try Int.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT length FROM overlay
                            WHERE mask = (SELECT number FROM mask WHERE id = ?)
                                AND width = ? AND outline = ? AND revision = ?
                            """), arguments: [key.mask.rawValue, key.storedWidth, key.outline, key.revision])
            }
        }
    }

    /// One piece of a stored overlay; nil where it is not kept, or not any more, or has no such piece. Equal keys have
    /// equal bytes: pieces of one that was drawn again meanwhile go on those of the first.
    public func overlayPiece(_ position: Int, of key: OverlayKey) throws(StoreError) -> Data? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                try Data.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT png FROM overlayPiece WHERE position = ? AND overlay = (SELECT number FROM overlay
                                WHERE mask = (SELECT number FROM mask WHERE id = ?)
                                    AND width = ? AND outline = ? AND revision = ?)
                            """), arguments: [position, key.mask.rawValue, key.storedWidth, key.outline, key.revision])
            }
        }
    }
}
