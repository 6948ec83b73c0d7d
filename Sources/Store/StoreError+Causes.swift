import Foundation
internal import GRDB
import Text

/// A system call on a file that failed.
struct FileError: Error {
    let path: String
    /// The value of `errno`.
    let code: Int32
}

extension StoreError {
    /// Runs `body`; whatever it throws comes out as a `StoreError`.
    ///
    /// - Parameter path: the database, named by errors that name no file themselves.
    static func wrap<T>(path: String, _ body: () throws -> T) throws(StoreError) -> T {
        do {
            return try body()
        } catch {
            throw StoreError(cause: error, path: path)
        }
    }

    /// The one place where causes become messages.
    init(cause: any Error, path: String) {
        switch cause {
        case let error as StoreError: self = error
        case let error as FileError: self.init(error)
        case let error as DatabaseError: self.init(error, path: path)
        // Columns that do not hold what the schema demands.
        case let error as RowDecodingError: self = .damaged(path: path, detail: "\(error)")
        case let error as DecodingError: self = .damaged(path: path, detail: "\(error)")
        default: self = .failed(path: path, reason: FileFault.text(of: cause))
        }
    }

    private init(_ error: FileError) {
        let reason = String(cString: strerror(error.code))
        switch error.code {
        case ENOSPC, EDQUOT:
            self = .diskFull(path: error.path)
        case EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ELOOP, EEXIST:
            self = .unwritable(path: error.path, reason: reason)
        default:
            self = .failed(path: error.path, reason: reason)
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL:
            self = .diskFull(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .damaged(path: path, detail: reason)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            self = .unwritable(path: path, reason: reason)
        default:
            self = .failed(path: path, reason: "\(reason) (SQLite code \(error.extendedResultCode.rawValue))")
        }
    }
}
