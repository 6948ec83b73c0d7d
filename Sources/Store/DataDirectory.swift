import Foundation

/// The data directory and the names in it. The one place that knows the layout:
///
/// ```
/// DIR/pseudolabel.lock               held while a Store is open
/// DIR/pseudolabel.sqlite (-wal, -shm)
/// DIR/images/ab/abcdef…              uploaded bytes, named by their SHA-256, in 256 folders by its first two digits
/// ```
struct DataDirectory: Sendable {
    let path: String

    var lock: String { path + "/pseudolabel.lock" }
    var database: String { path + "/pseudolabel.sqlite" }
    /// SQLite's write-ahead log beside the database.
    var databaseLog: String { database + "-wal" }
    /// Where a database is made before it gets its name.
    var unfinishedDatabase: String { path + "/pseudolabel.new" }
    var images: String { path + "/images" }

    init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Creates the directory and its parents, for this user only, where they are missing.
    func create() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            // The NSError hides errno; one more try of the last step tells it.
            guard mkdir(path, 0o700) != 0, errno != EEXIST || !isDirectory(path) else { return }
            throw FileError(path: path, code: errno == EEXIST ? ENOTDIR : errno)
        }
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
