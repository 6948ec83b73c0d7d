import Foundation

/// The exclusive right to a data directory, held until `release` or the end of the process.
///
/// `flock` on a file that is never removed: the kernel drops the lock with the process, however it ends, so no stale
/// lock can keep a restarted service out; and because the lock belongs to the open file, a second Store of the same
/// process is refused too (`fcntl` locks would let it in).
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `StoreError.locked` when someone else holds it.
    init(path: String) throws {
        let descriptor = try File.open(path, O_RDWR | O_CREAT)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.writtenHolder(descriptor)
            Glibc.close(descriptor)
            guard code == EWOULDBLOCK else { throw FileError(path: path, code: code) }
            throw StoreError.locked(path: path, holder: holder)
        }
        self.descriptor = descriptor
        writeHolder()
    }

    /// Only once.
    func release() {
        // Said, not left to the last close: a child of this process has the open file too until it runs its program.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }

    /// For the other's message only: a full disk must not stop us, so failures are passed over.
    private func writeHolder() {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func writtenHolder(_ descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
