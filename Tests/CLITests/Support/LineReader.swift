import Foundation

/// Reads a pipe to its end on a thread of its own; others may wait for what comes.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class LineReader: @unchecked Sendable {
    /// Nothing here takes this long; a process that hangs fails its test instead of hanging it.
    static let patience: TimeInterval = 120

    private let condition = NSCondition()
    private var content = Data()
    private var isAtEnd = false

    /// Closes the descriptor at the end.
    init(_ descriptor: Int32) {
        let thread = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                condition.withLock {
                    if count > 0 { content.append(contentsOf: buffer[..<count]) } else { isAtEnd = true }
                    condition.broadcast()
                }
                if count <= 0 { break }
            }
            close(descriptor)
        }
        thread.start()
    }

    var text: String { condition.withLock { String(decoding: content, as: UTF8.self) } }

    /// Blocks until a whole line holds `part`.
    /// - Returns: the line; nil when the pipe ended, or the patience, without it.
    func line(with part: String) -> String? {
        let deadline = Date() + Self.patience
        return condition.withLock {
            while true {
                let text = String(decoding: content, as: UTF8.self)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                if let line = lines.first(where: { $0.contains(part) }) { return String(line) }
                guard !isAtEnd, condition.wait(until: deadline) else { return nil }
            }
        }
    }

    /// Blocks until the end.
    /// - Returns: false when the patience ended first.
    func waitForEnd() -> Bool {
        let deadline = Date() + Self.patience
        return condition.withLock {
            while !isAtEnd {
                guard condition.wait(until: deadline) else { return false }
            }
            return true
        }
    }
}
