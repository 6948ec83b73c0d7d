internal import GRDB

/// Keeps the store under its size limit by deleting the masks that were not used for longest.
///
/// Every function runs inside the caller's transaction. Files are the caller's to remove, after the commit.
enum Eviction {
    /// So many free pages stay in the file for the next masks; more are given back to the file system.
    static let keptFreePages = 256

    /// Writes recency down.
    static func record(_ uses: [MaskID: Int64], in db: Database) throws {
        let statement = try db.cachedStatement(sql: "UPDATE mask SET lastUsed = ? WHERE id = ?")
        for (id, use) in uses {
            try statement.execute(arguments: [use, id.rawValue])
        }
    }

    /// Deletes until all that is left takes at most `limitBytes`.
    ///
    /// - Parameter kept: the mask that is being inserted, which is never deleted.
    /// - Returns: the images that went with their last masks.
    static func makeRoom(limitBytes: Int, keeping kept: Int64?, in db: Database) throws -> [ContentDigest] {
        var images: [ContentDigest] = []
        while try usedBytes(db) > limitBytes, let victim = try leastRecentlyUsed(except: kept, in: db) {
            try db.cachedStatement(sql: "DELETE FROM mask WHERE number = ?").execute(arguments: [victim.number])
            if let image = try deleteUnreferencedImage(victim.image, in: db) {
                images.append(image)
            }
        }
        try giveBackFreePages(db)
        return images
    }

    private struct Victim: Decodable, FetchableRecord {
        let number: Int64
        let image: Int64
    }

    private static func leastRecentlyUsed(except kept: Int64?, in db: Database) throws -> Victim? {
        try Victim.fetchOne(
            db.cachedStatement(sql: "SELECT number, image FROM mask WHERE number IS NOT ? ORDER BY lastUsed LIMIT 1"),
            arguments: [kept])
    }

    private static func usedBytes(_ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT bytes FROM usage")) ?? 0
    }

    /// The one place that knows what keeps an image: a mask of it.
    private static func deleteUnreferencedImage(_ number: Int64, in db: Database) throws -> ContentDigest? {
        let statement = try db.cachedStatement(sql: """
            DELETE FROM image
            WHERE number = ? AND NOT EXISTS (SELECT 1 FROM mask WHERE mask.image = image.number)
            RETURNING sha256
            """)
        return try String.fetchOne(statement, arguments: [number]).flatMap(ContentDigest.init(rawValue:))
    }

    private static func giveBackFreePages(_ db: Database) throws {
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        if free > keptFreePages {
            try db.execute(sql: "PRAGMA incremental_vacuum(\(free - keptFreePages))")
        }
    }
}
