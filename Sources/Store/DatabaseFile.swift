import Foundation
internal import GRDB

/// Brings the database file into being, or makes sure that the one there is ours and whole.
enum DatabaseFile {
    /// - Throws: `StoreError` when there is a database that must not be touched; it is as it was then.
    static func prepare(_ directory: DataDirectory) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            unlink(directory.unfinishedDatabase + suffix)
        }
        if try exists(directory.database) {
            try inspect(directory.database)
            // `create` may have ended between the database's name and its way to the disk.
            try File.syncDirectory(directory.path)
        } else {
            try create(directory)
        }
    }

    /// Under a temporary name first: a database under its own name is always complete, so an empty or half one is
    /// never ours to repair.
    private static func create(_ directory: DataDirectory) throws {
        if let bytes = File.size(directory.databaseLog) {
            // SQLite would play a lost database's log into the new one.
            guard bytes == 0 else {
                throw StoreError.damaged(
                    path: directory.database, detail: "the file is missing, but its -wal is still there")
            }
            unlink(directory.databaseLog)
        }
        let path = directory.unfinishedDatabase
        // Made here so that it is for this user only, whatever the umask; SQLite gives its side files the same mode.
        let descriptor = try File.open(path, O_RDWR | O_CREAT | O_EXCL)
        defer { Glibc.close(descriptor) }
        let queue = try DatabaseQueue(path: path, configuration: Connections.configuration(readonly: false))
        // Takes effect only before the first table: evicted masks give their space back to the file system.
        try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        try Schema.migrator.migrate(queue)
        // Before it has its name, so that there is never a rollback journal beside it, which `inspect` could not play.
        try queue.writeWithoutTransaction { db in try Connections.setJournalMode(db, path: path) }
        try queue.close()
        guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
        try File.rename(path, to: directory.database)
    }

    /// Looks through a read-only connection, which cannot change the file, nor fold a left-over log into it.
    ///
    /// `quick_check` reads the whole file (not the images beside it): about a second a gigabyte from a fast disk. It
    /// runs at every start, because a fault found then costs a message, and found later costs wrong answers.
    private static func inspect(_ path: String) throws {
        guard let bytes = File.size(path) else {
            throw StoreError.unwritable(path: path, reason: "not a regular file")
        }
        guard bytes > 0 else { throw StoreError.damaged(path: path, detail: "the file is empty") }
        let descriptor = try File.open(path, O_RDWR)
        Glibc.close(descriptor)

        let queue = try DatabaseQueue(path: path, configuration: Connections.configuration(readonly: true))
        defer { try? queue.close() }
        try queue.read { db in
            let applicationID = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            guard applicationID == Schema.applicationID else { throw StoreError.foreignDatabase(path: path) }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard try version <= Schema.version && !Schema.migrator.hasBeenSuperseded(db) else {
                throw StoreError.databaseIsNewer(path: path, found: version, known: Schema.version)
            }
            let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no verdict"
            guard verdict == "ok" else { throw StoreError.damaged(path: path, detail: verdict) }
        }
    }

    /// Whether anything has that name, be it a dangling link.
    private static func exists(_ path: String) throws -> Bool {
        var status = stat()
        if lstat(path, &status) == 0 { return true }
        guard errno == ENOENT else { throw FileError(path: path, code: errno) }
        return false
    }
}
