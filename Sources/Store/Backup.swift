import Foundation
internal import GRDB

/// A data directory as it was at one moment: the database, copied with SQLite's online backup, and every image that has a
/// row in it. A server may go on working in the directory meanwhile.
///
/// The copy lies in a folder of the data directory, where images are links that cost no space, until `remove`. It
/// only reads the live database: a second connection that wrote or checkpointed could damage it (`Connections`).
public struct Backup: Sendable {
    /// One file of the backup.
    public struct Entry: Sendable, Equatable {
        /// In a data directory.
        public let name: String
        public let path: String
        public let bytes: Int
    }

    /// The database first.
    public let entries: [Entry]
    private let folder: String
    private let lock: DirectoryLock

    /// Images are written and evicted while they are linked; more often than so is not to be expected.
    private static let attempts = 20

    /// - Throws: `StoreError`; `.locked` while another backup of the directory is made.
    public init(directory path: String) throws(StoreError) {
        let directory = DataDirectory(path: path)
        (entries, folder, lock) = try StoreError.wrap(path: directory.database) {
            guard File.size(directory.database) != nil else {
                throw StoreError.invalid(field: "--data-dir", reason: "there is no database \(directory.database)")
            }
            let lock = try DirectoryLock(path: directory.backupLock)
            do {
                try Self.clear(directory.backup)
                try File.createDirectory(directory.backup)
                return (try Self.snapshot(directory), directory.backup, lock)
            } catch {
                try? Self.clear(directory.backup)
                lock.release()
                throw error
            }
        }
    }

    /// Takes the folder away. Only once.
    public func remove() {
        try? Self.clear(folder)
        lock.release()
    }

    private static func clear(_ folder: String) throws {
        if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
    }

    private static func snapshot(_ live: DataDirectory) throws -> [Entry] {
        let copy = DataDirectory(path: live.backup)
        let images = (from: ImageFiles(root: live.images), to: ImageFiles(root: copy.images))
        try File.createDirectory(copy.images)
        for _ in 0..<attempts {
            let rows = try copyDatabase(live.database, to: copy.database)
            // One that was evicted since is in the next copy of the database no more.
            guard try rows.allSatisfy({ try link($0.digest, images.from, images.to) }) else { continue }
            let database = Entry(
                name: copy.database.relative(to: copy), path: copy.database, bytes: File.size(copy.database) ?? 0)
            return [database]
                + rows.map { row in
                    let path = images.to.path(of: row.digest)
                    return Entry(name: path.relative(to: copy), path: path, bytes: row.bytes)
                }
        }
        throw StoreError.failed(
            path: live.path, reason: "images were evicted faster than they could be copied, \(attempts) times; try again")
    }

    /// In one step, so in one state of the database.
    /// - Returns: the images in it.
    private static func copyDatabase(_ live: String, to path: String) throws -> [(digest: ContentDigest, bytes: Int)] {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
        // For this user only, before anything is in it.
        Glibc.close(try File.open(path, O_RDWR | O_CREAT | O_EXCL))
        let source = try DatabaseQueue(path: live, configuration: Connections.configuration(readonly: true))
        defer { try? source.close() }
        let target = try DatabaseQueue(path: path)
        try source.backup(to: target)
        struct Row: Decodable, FetchableRecord {
            let sha256: String
            let bytes: Int
        }
        let rows = try target.read { db in try Row.fetchAll(db, sql: "SELECT sha256, bytes FROM image ORDER BY sha256") }
        // Folds its log into the file.
        try target.close()
        return try rows.map { row in
            guard let digest = ContentDigest(rawValue: row.sha256) else {
                throw StoreError.damaged(path: live, detail: "an image has an impossible digest")
            }
            return (digest, row.bytes)
        }
    }

    /// - Returns: false where the file has gone.
    private static func link(_ digest: ContentDigest, _ from: ImageFiles, _ to: ImageFiles) throws -> Bool {
        let path = to.path(of: digest)
        if File.size(path) != nil { return true }
        try File.createDirectory(path.deletingLastPathComponent)
        if Glibc.link(from.path(of: digest), path) == 0 { return true }
        if errno == ENOENT { return false }
        throw FileError(path: path, code: errno)
    }
}

extension String {
    fileprivate func relative(to directory: DataDirectory) -> String { String(dropFirst(directory.path.count + 1)) }
}
