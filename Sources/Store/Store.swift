import Foundation
internal import GRDB
import Synchronization

/// Finished masks under their content addresses, and the images they were made of.
///
/// Masks with their metrics are rows of an SQLite database; images are files beside it. One process at a time has a
/// data directory. What `insert` has returned for survives a crash and a power cut, until it is evicted to keep the
/// whole under the size limit.
///
/// All methods may be called from any thread; they block for the disk, so never call them on a socket's queue. Reads
/// go on while a write is under way; writes take turns.
public final class Store: Sendable {
    /// 2 GiB.
    public static let defaultLimitBytes = 2 << 30

    let directory: DataDirectory
    let limitBytes: Int
    let connections: Connections
    let imageFiles: ImageFiles
    let recency: Recency
    /// What the disk refused last (`writeFailure`).
    let failure = Mutex<StoreError?>(nil)
    private let lock: DirectoryLock
    private let removesDirectory: Bool
    private let isClosed = Mutex(false)

    /// Opens the store in a directory, which is created (for this user only) when it is missing.
    ///
    /// Clears away what a crash left behind, and evicts when the limit is lower than the last time. Reads the whole
    /// database once to check it: about a second a gigabyte from a fast disk.
    ///
    /// - Parameter limitBytes: the most that masks, class records and images may take together, positive. On the disk
    ///   it is a little more: indexes, a megabyte of free pages, a write-ahead log of some megabytes.
    /// - Throws: `StoreError.locked`, `.databaseIsNewer`, `.foreignDatabase`, `.damaged`, `.unwritable`, `.diskFull`,
    ///   `.invalid` or `.failed`. A database that is refused is left as it was.
    public static func open(
        directory: String, limitBytes: Int = defaultLimitBytes
    ) throws(StoreError) -> Store {
        try Store(directory: DataDirectory(path: directory), limitBytes: limitBytes, removesDirectory: false)
    }

    /// A store in a new temporary directory, which `close` removes: for tests and for runs that keep nothing.
    public static func openTemporary(limitBytes: Int = defaultLimitBytes) throws(StoreError) -> Store {
        let path = FileManager.default.temporaryDirectory.path + "/pseudolabel-\(UUID().uuidString)"
        return try Store(directory: DataDirectory(path: path), limitBytes: limitBytes, removesDirectory: true)
    }

    private init(directory: DataDirectory, limitBytes: Int, removesDirectory: Bool) throws(StoreError) {
        guard limitBytes > 0 else {
            throw .invalid(field: "limitBytes", reason: "must be positive, is \(limitBytes)")
        }
        let files = ImageFiles(root: directory.images)
        (lock, connections, recency) = try StoreError.wrap(path: directory.database) {
            try directory.create()
            let lock = try DirectoryLock(path: directory.lock)
            var opened: Connections?
            do {
                try DatabaseFile.prepare(directory)
                try File.createDirectory(directory.images)
                let connections = try Connections(path: directory.database)
                opened = connections
                return (lock, connections, try Self.tidyUp(connections, files, limitBytes: limitBytes))
            } catch {
                opened?.close()
                lock.release()
                throw error
            }
        }
        self.directory = directory
        self.limitBytes = limitBytes
        imageFiles = files
        self.removesDirectory = removesDirectory
    }

    deinit {
        close()
    }

    /// Brings files and rows together again after a crash, and the whole under the limit.
    private static func tidyUp(_ connections: Connections, _ files: ImageFiles, limitBytes: Int) throws -> Recency {
        try connections.write { db in
            var evicted: [ContentDigest] = []
            try db.inTransaction(.immediate) {
                try JobItems.requeueRunning(in: db)
                evicted = try Eviction.makeRoom(limitBytes: limitBytes, keeping: nil, in: db)
                return .commit
            }
            evicted.forEach(files.remove)
            try files.removeStrays { prefix in
                try Set(String.fetchAll(
                    db, sql: "SELECT sha256 FROM image WHERE sha256 >= ?1 AND sha256 < ?1 || 'g'", arguments: [prefix]))
            }
            // What a crash left may have a name that has not reached the disk.
            try File.syncDirectory(files.root)
            return Recency(uses: try Int64.fetchOne(
                db, sql: """
                    SELECT max(coalesce((SELECT max(lastUsed) FROM evictable), 0),
                        coalesce((SELECT max(lastServed) FROM job), 0),
                        coalesce((SELECT max(lastServed) FROM holder), 0))
                    """) ?? 0)
        }
    }

    /// What the store holds.
    public var summary: StoreSummary {
        get throws(StoreError) {
            try StoreError.wrap(path: directory.database) {
                let usage = try connections.read { db in
                    try UsageRow.fetchOne(db, sql: "SELECT masks, images, bytes FROM usage")
                }
                return StoreSummary(
                    masks: usage?.masks ?? 0, images: usage?.images ?? 0, bytes: usage?.bytes ?? 0,
                    limitBytes: limitBytes)
            }
        }
    }

    /// Writes down what is still in memory (only recency), folds the write-ahead log into the database, and gives the
    /// directory free. Any later call throws `StoreError.closed`. Closing again does nothing.
    public func close() {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if wasClosed { return }
        writeRecency()
        connections.close()
        if removesDirectory {
            try? FileManager.default.removeItem(atPath: directory.path)
        }
        lock.release()
    }

    private struct UsageRow: Decodable, FetchableRecord {
        let masks: Int
        let images: Int
        let bytes: Int
    }
}

/// What a store holds.
public struct StoreSummary: Hashable, Sendable {
    public let masks: Int
    public let images: Int
    /// Of masks, class records and images, as the size limit counts them.
    public let bytes: Int
    public let limitBytes: Int
}
