import Foundation

/// The data directory and the names in it. The one place that knows the layout:
///
/// ```
/// DIR/pseudolabel.lock               held while a Store is open
/// DIR/pseudolabel.sqlite (-wal, -shm)
/// DIR/images/ab/abcdef…              uploaded bytes, named by their SHA-256, in 256 folders by its first two digits
/// DIR/pseudolabel.probe              written and removed again, to find out whether the disk takes it
/// DIR/pseudolabel.backup             a copy of database and images, while a backup is made (`Backup`)
/// DIR/pseudolabel.backup.lock        held meanwhile
/// ```
struct DataDirectory: Sendable {
    let path: String

    var lock: String { path + "/pseudolabel.lock" }
    var database: String { path + "/pseudolabel.sqlite" }
    /// SQLite's write-ahead log beside the database.
    var databaseLog: String { database + "-wal" }
    /// Where a database is made before it gets its name.
    var unfinishedDatabase: String { path + "/pseudolabel.new" }
    var writeProbe: String { path + "/pseudolabel.probe" }
    var images: String { path + "/images" }
    var backup: String { path + "/pseudolabel.backup" }
    var backupLock: String { backup + ".lock" }

    init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Creates the directory and its parents, for this user only, where they are missing.
    func create() throws {
        var ancestors = [path]
        while let next = ancestors.last?.deletingLastPathComponent, next != ancestors.last, next != "." {
            ancestors.append(next)
        }
        for directory in ancestors.reversed() {
            if mkdir(directory, 0o700) == 0 {
                // A parent that may be entered but not listed cannot be synced; it is as durable as it gets then.
                try? File.syncDirectory(directory.deletingLastPathComponent)
                continue
            }
            // Not only EEXIST: a read-only parent answers EROFS for what is there.
            let code = errno
            guard File.isDirectory(directory) else {
                throw FileError(path: directory, code: code == EEXIST ? ENOTDIR : code)
            }
        }
    }
}
