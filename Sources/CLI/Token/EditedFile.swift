import ArgumentParser
import Foundation
import Text

/// A small file that several commands may change at the same time, while a server reads it: one writer at a time, and a
/// reader finds it as it was or as it is to be.
final class EditedFile {
    /// Over what a server reads of any of them.
    private static let maximumBytes = 8 << 20

    private let path: String
    private let file: FileHandle

    /// Waits for whoever is changing it.
    /// - Parameter isCreated: whether it is made where it is missing, for its maker alone.
    init(_ path: String, isCreated: Bool) throws {
        self.path = path
        file = try Self.locked(path, flags: O_RDWR | O_APPEND | O_CLOEXEC | (isCreated ? O_CREAT : 0))
    }

    private static func locked(_ path: String, flags: Int32) throws -> FileHandle {
        while true {
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { throw failure(path, FileFault.words(errno)) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
            var (opened, named) = (stat(), stat())
            guard fstat(descriptor, &opened) == 0 else { throw failure(path, FileFault.words(errno)) }
            // Meanwhile another may have taken its place.
            if stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev { return file }
        }
    }

    func text() throws -> String {
        do {
            try file.seek(toOffset: 0)
            let bytes = try file.read(upToCount: Self.maximumBytes + 1) ?? Data()
            guard bytes.count <= Self.maximumBytes, let text = String(validating: bytes, as: UTF8.self) else {
                throw Self.failure(path, "is no text of at most \(Self.maximumBytes) bytes")
            }
            return text
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Self.failure(path, "can't be read: \(FileFault.words(of: error))")
        }
    }

    func append(_ text: String) throws {
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
        } catch {
            throw Self.failure(path, "can't be written: \(FileFault.words(of: error))")
        }
    }

    /// The new file has the old one's owner and rights, and is on the disk before it takes the name.
    func replace(with text: String) throws {
        // A link stays one.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let temporary = target + ".new"
        var old = stat()
        guard fstat(file.fileDescriptor, &old) == 0 else { throw Self.failure(path, FileFault.words(errno)) }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(temporary, FileFault.words(errno)) }
        let new = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            // Only its owner and root may; the file is theirs then.
            _ = fchown(descriptor, old.st_uid, old.st_gid)
            guard fchmod(descriptor, old.st_mode & 0o777) == 0 else {
                throw Self.failure(temporary, FileFault.words(errno))
            }
            try new.write(contentsOf: Data(text.utf8))
            try new.synchronize()
            guard rename(temporary, target) == 0 else { throw Self.failure(target, FileFault.words(errno)) }
        } catch {
            unlink(temporary)
            throw error is ValidationError
                ? error : Self.failure(path, "can't be written: \(FileFault.words(of: error))")
        }
    }

    private static func failure(_ path: String, _ reason: String) -> ValidationError {
        ValidationError("\(path): \(reason)")
    }
}
