import Foundation

/// Why a file or directory can't be read or written, as words that go on after its path and a colon: "does not exist".
public enum FileFault {
    /// - Parameter code: a value of `errno`.
    public static func words(_ code: Int32) -> String {
        switch code {
        case ENOENT: "does not exist"
        case EEXIST: "exists already"
        case EISDIR: "is a directory"
        case ENOTDIR: "a part of its path is a file, not a directory"
        case EACCES, EPERM: "permission denied"
        case ENOSPC: "no space is left on its disk"
        case EDQUOT: "the disk quota is used up"
        case EROFS: "its file system is read-only"
        case ELOOP: "its symbolic links lead in a circle"
        case ENAMETOOLONG: "its name is too long"
        case EMFILE, ENFILE: "too many files are open"
        case EIO: "its disk reports an input/output error"
        default: String(cString: strerror(code))
        }
    }

    /// Any error as words for people: what Foundation throws by its file and reason, everything else as it describes
    /// itself. Foundation's own descriptions begin with "Error Domain=".
    public static func text(of error: any Error) -> String {
        guard error is CocoaError || error is POSIXError || type(of: error) is NSError.Type else { return "\(error)" }
        return (path(in: error).map { "\($0): " } ?? "") + words(of: error)
    }

    /// Of what Foundation throws: the system's own error where there is one underneath.
    public static func words(of error: any Error) -> String {
        var cause: NSError? = error as NSError
        while let found = cause {
            if found.domain == NSPOSIXErrorDomain { return words(Int32(truncatingIfNeeded: found.code)) }
            cause = found.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: return words(ENOENT)
        case .fileReadNoPermission, .fileWriteNoPermission: return words(EACCES)
        case .fileWriteOutOfSpace: return words(ENOSPC)
        case .fileWriteVolumeReadOnly: return words(EROFS)
        case .fileWriteFileExists: return words(EEXIST)
        case .fileReadInapplicableStringEncoding: return "is not UTF-8 text"
        // Foundation does not always say what the system said.
        default: return path(in: error).flatMap(words(at:)) ?? "for a reason that the system does not name"
        }
    }

    private static func path(in error: any Error) -> String? {
        let details = (error as NSError).userInfo
        return details[NSFilePathErrorKey] as? String ?? (details[NSURLErrorKey] as? URL)?.path
    }

    /// What is in the way of a file, as it is found now; nil where nothing is.
    private static func words(at path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return words(errno) }
        if status.st_mode & S_IFMT == S_IFDIR { return words(EISDIR) }
        return access(path, R_OK) == 0 ? nil : words(errno)
    }
}
