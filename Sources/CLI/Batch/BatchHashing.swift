import Crypto
import Engine
import Foundation
import Synchronization
import Text

/// Contents' names: the SHA-256 of each image's bytes.
enum BatchHashing {
    private static let pieceBytes = 1 << 20
    private static let threads = 2
    /// Progress is for people who wait.
    private static let quiet = Duration.seconds(2)

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// - Returns: lower-case hex, or why a file can't be read, one an item, in their order.
    /// - Throws: what `halt` says.
    static func digests(
        of items: [BatchItem], halt: Halt, progress: ProgressReport
    ) throws -> [Result<String, Unreadable>] {
        let results = Mutex<[Result<String, Unreadable>?]>(Array(repeating: nil, count: items.count))
        let next = Atomic(0)
        Workers(count: min(threads, items.count)) {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < items.count, (try? halt.check()) != nil else { return }
                let result = digest(of: items[index].path)
                results.withLock { $0[index] = result }
                progress.show("\(index + 1)/\(items.count) images hashed", quietFor: quiet)
            }
        }.join()
        try halt.check()
        return results.withLock { $0.compactMap(\.self) }
    }

    /// In pieces: a file of any size takes the memory of one.
    static func digest(of path: String) -> Result<String, Unreadable> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(unreadable()) }
        defer { close(descriptor) }
        var digest = SHA256()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = read(descriptor, piece.baseAddress, piece.count)
            if count == 0 { return .success(digest.finalize().hexDigits) }
            if count > 0 {
                digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            } else if errno != EINTR {
                return .failure(unreadable())
            }
        }
    }

    private static func unreadable() -> Unreadable {
        Unreadable(description: "can't be read: \(FileFault.words(errno))")
    }
}
