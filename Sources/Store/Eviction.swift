internal import GRDB

/// Keeps the store under its size limit by deleting the masks that were not used for longest.
///
/// Every function runs inside the caller's transaction. Files are the caller's to remove, after the commit.
enum Eviction {
    /// So many free pages stay in the file for the next masks; more are given back to the file system.
    static let keptFreePages = 256

    /// Writes recency down.
    static func record(_ uses: [MaskID: Int64], in db: Database) throws {
        // A job's result is not there: it does not go, whenever it was used.
        let statement = try db.cachedStatement(
            sql: "UPDATE evictable SET lastUsed = ? WHERE mask = (SELECT number FROM mask WHERE id = ?)")
        for (id, use) in uses {
            try statement.execute(arguments: [use, id.rawValue])
        }
    }

    /// Deletes until all that is left takes at most `limitBytes`, or nothing is left that may go (see `isOver`).
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
            db.cachedStatement(sql: """
                SELECT number, image FROM mask WHERE number =
                    (SELECT mask FROM evictable WHERE mask IS NOT ? ORDER BY lastUsed LIMIT 1)
                """),
            arguments: [kept])
    }

    /// Whether more is stored than the limit allows, because jobs hold on to it.
    static func isOver(_ limitBytes: Int, in db: Database) throws -> Bool { try usedBytes(db) > limitBytes }

    private static func usedBytes(_ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT bytes FROM usage")) ?? 0
    }

    /// The one place that knows what keeps an image: a mask of it, or an item of a job that may still need it (a failed
    /// one can be tried again, unless its job was cancelled).
    private static let isUnreferenced = """
        NOT EXISTS (SELECT 1 FROM mask WHERE mask.image = image.number)
        AND NOT EXISTS (SELECT 1 FROM jobItem JOIN job ON job.number = jobItem.job
            WHERE jobItem.image = image.sha256 AND jobItem.state IN ('waiting', 'queued', 'running', 'failed')
                AND job.phase <> 'cancelled')
        """

    private static func deleteUnreferencedImage(_ number: Int64, in db: Database) throws -> ContentDigest? {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM image WHERE number = ? AND \(isUnreferenced) RETURNING sha256")
        return try String.fetchOne(statement, arguments: [number]).flatMap(ContentDigest.init(rawValue:))
    }

    /// Deletes those of a job's images that nothing needs any more.
    ///
    /// - Parameter job: whose items are still there.
    /// - Returns: what was deleted; the files are the caller's to remove, after the commit.
    static func deleteUnreferencedImages(ofJob job: Int64, in db: Database) throws -> [ContentDigest] {
        try String.fetchAll(
            db, sql: """
                DELETE FROM image
                WHERE sha256 IN (SELECT image FROM jobItem WHERE job = ? AND state <> 'done') AND \(isUnreferenced)
                RETURNING sha256
                """, arguments: [job]
        ).compactMap(ContentDigest.init(rawValue:))
    }

    private static func giveBackFreePages(_ db: Database) throws {
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        if free > keptFreePages {
            try db.execute(sql: "PRAGMA incremental_vacuum(\(free - keptFreePages))")
        }
    }
}
