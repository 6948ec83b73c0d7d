/// Everything the Store throws. Each message names the path or field and what to do about it.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process, or another `Store` of this one, has the data directory open.
    case locked(path: String, holder: Int32?)
    /// A newer version of the program wrote the database. Nothing was changed.
    case databaseIsNewer(path: String, found: Int, known: Int)
    /// An SQLite database, but not one of this program. Nothing was changed.
    case foreignDatabase(path: String)
    /// The database or an image file is not what was written. Nothing was changed.
    case damaged(path: String, detail: String)
    /// A mask in the database is not what was written. Made anew, it takes the damaged one's place.
    case maskDamaged(path: String, id: MaskID)
    /// The operating system does not let us write (permissions, a read-only file system, a file in the way).
    case unwritable(path: String, reason: String)
    case diskFull(path: String)
    /// One mask with its image takes more than the whole size limit.
    case recordTooLarge(bytes: Int, limit: Int)
    /// What jobs hold on to leaves no room under the size limit.
    case full(limit: Int)
    /// A value that was handed in is out of its documented range.
    case invalid(field: String, reason: String)
    /// The store was closed before.
    case closed(path: String)
    /// Any other failure of the disk or of SQLite. The transaction was rolled back.
    case failed(path: String, reason: String)

    /// Whether the same may succeed later without anybody changing what was asked: a fault of the disk, a full one, or too
    /// many open files.
    public var mayPass: Bool {
        switch self {
        case .diskFull, .failed, .unwritable: true
        case .locked, .databaseIsNewer, .foreignDatabase, .damaged, .maskDamaged, .recordTooLarge, .full, .invalid,
            .closed:
            false
        }
    }

    public var description: String {
        switch self {
        case .locked(let path, let holder):
            let who = holder.map { "process \($0)" } ?? "another process"
            return "\(path): the data directory is in use by \(who); stop it or choose another --data-dir"
        case .databaseIsNewer(let path, let found, let known):
            return "\(path): written by a newer version (schema \(found), this version knows \(known)); "
                + "run that version, or choose another --data-dir"
        case .foreignDatabase(let path):
            return "\(path): an SQLite database that this program did not write; choose another --data-dir"
        case .damaged(let path, let detail):
            return "\(path): damaged (\(detail)); nothing was changed: restore it from a backup, "
                + "or move it away to start afresh"
        case .maskDamaged(let path, let id):
            return "\(path): mask \(id) is damaged (its checksum is another); POST its image again to have it made anew"
        case .unwritable(let path, let reason):
            return "\(path): cannot be written (\(reason)); "
                + "give this user the right to write there, or choose another --data-dir"
        case .diskFull(let path):
            return "\(path): the disk is full, nothing was stored; free some space or lower the size limit"
        case .recordTooLarge(let bytes, let limit):
            return "a mask with its image takes \(bytes) bytes, the store's size limit is \(limit); raise the limit"
        case .full(let limit):
            return "the store's size limit of \(limit) bytes is taken up by jobs and their results; "
                + "purge jobs that are no longer needed, or raise the limit"
        case .invalid(let field, let reason):
            return "\(field): \(reason)"
        case .closed(let path):
            return "\(path): the store is closed"
        case .failed(let path, let reason):
            return "\(path): \(reason); nothing was stored, check the disk"
        }
    }
}
