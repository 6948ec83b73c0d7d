import Foundation

/// System calls on files, with EINTR retried and `FileError` thrown.
enum File {
    /// Not inherited by child processes, no symbolic link itself; new files are for this user only.
    static func open(_ path: String, _ flags: Int32) throws -> Int32 {
        try retrying(path) { Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600) }
    }

    /// Writes `bytes` so that after a return they survive a power cut. After an error `path` is as it was, or gone.
    ///
    /// - Parameter temporary: a path in the same directory; overwritten, and gone afterwards.
    static func writeDurably(_ bytes: Data, to path: String, temporary: String) throws {
        do {
            let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
            defer { Glibc.close(descriptor) }
            try writeAll(bytes, to: descriptor, path: temporary)
            try retrying(temporary) { fsync(descriptor) }
            try retrying(path) { Glibc.rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
        do {
            try syncDirectory(path.deletingLastPathComponent)
        } catch {
            // Otherwise whoever tries again would find the file, and take its name for durable.
            unlink(path)
            throw error
        }
    }

    /// Renames within one directory, durably.
    static func rename(_ old: String, to new: String) throws {
        try retrying(new) { Glibc.rename(old, new) }
        try syncDirectory(new.deletingLastPathComponent)
    }

    /// Makes the names in a directory, or in the one that a link names, durable.
    static func syncDirectory(_ path: String) throws {
        let descriptor = try open(path + "/.", O_RDONLY | O_DIRECTORY)
        defer { Glibc.close(descriptor) }
        try retrying(path) { fsync(descriptor) }
    }

    /// Creates a directory durably; an existing one is fine.
    static func createDirectory(_ path: String) throws {
        if mkdir(path, 0o700) == 0 {
            do {
                try syncDirectory(path.deletingLastPathComponent)
            } catch {
                // The next attempt is not to take it for durable.
                rmdir(path)
                throw error
            }
        } else if errno != EEXIST {
            throw FileError(path: path, code: errno)
        }
    }

    /// Whether there is a directory, or a link to one.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Length of a regular file; nil where there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Reads `count` bytes from the start, or fewer where the file is shorter.
    ///
    /// - Returns: nil when there is no such file.
    static func read(_ path: String, count: Int) throws -> Data? {
        let descriptor: Int32
        do {
            descriptor = try open(path, O_RDONLY)
        } catch let error as FileError where error.code == ENOENT {
            return nil
        }
        defer { Glibc.close(descriptor) }
        var bytes = Data(count: count)
        let done = try bytes.withUnsafeMutableBytes { buffer in
            var done = 0
            while done < buffer.count, let start = buffer.baseAddress {
                let read = try retrying(path) { Glibc.read(descriptor, start + done, buffer.count - done) }
                if read == 0 { break }
                done += read
            }
            return done
        }
        return bytes.prefix(done)
    }

    private static func writeAll(_ bytes: Data, to descriptor: Int32, path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var done = 0
            while done < buffer.count {
                done += try retrying(path) { Glibc.write(descriptor, start + done, buffer.count - done) }
            }
        }
    }

    @discardableResult
    private static func retrying<Result: FixedWidthInteger>(_ path: String, _ call: () -> Result) throws -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw FileError(path: path, code: errno) }
        }
    }
}

extension String {
    /// The directory of a path that has one.
    var deletingLastPathComponent: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
