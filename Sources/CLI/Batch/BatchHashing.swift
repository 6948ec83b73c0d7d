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

    /// - Returns: lower-case hex, one an item, in their order.
    /// - Throws: `BatchSet.Invalid` with every file that can't be read; what `halt` says.
    static func digests(of items: [BatchItem], halt: Halt, progress: ProgressReport) throws -> [String] {
        let results = Mutex<[Result<String, any Error>?]>(Array(repeating: nil, count: items.count))
        let next = Atomic(0)
        Workers(count: min(threads, items.count)) {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < items.count, (try? halt.check()) != nil else { return }
                let result = Result { try digest(of: items[index].path) }
                results.withLock { $0[index] = result }
                progress.show("\(index + 1)/\(items.count) images hashed", quietFor: quiet)
            }
        }.join()
        try halt.check()
        let all = results.withLock { $0 }
        let problems = zip(items, all).compactMap { item, result in
            if case .failure(let error) = result { "\(item.path): \(error)" } else { nil }
        }
        guard problems.isEmpty else { throw BatchSet.Invalid(problems: problems) }
        return try all.compactMap { try $0?.get() }
    }

    /// In pieces: a file of any size takes the memory of one.
    static func digest(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable() }
        defer { close(descriptor) }
        var digest = SHA256()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = read(descriptor, piece.baseAddress, piece.count)
            if count == 0 { return digest.finalize().hexDigits }
            if count > 0 {
                digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            } else if errno != EINTR {
                throw unreadable()
            }
        }
    }

    private static func unreadable() -> Unreadable {
        Unreadable(description: "can't be read: \(FileFault.words(errno))")
    }
}
