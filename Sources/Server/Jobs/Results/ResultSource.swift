import Foundation
import Logging
import Synchronization

/// Sends a part of a result: the pieces before it are passed over by their lengths. Takes the memory of one page of
/// pieces, whatever the result's size.
///
/// `@unchecked Sendable`: the connection asks for one chunk at a time, so only one thread is ever inside `produce`, and
/// the worker pool's lock orders one call before the next.
final class ResultSource: BodySource, @unchecked Sendable {
    /// Small pieces are gathered up to this.
    private static let chunkBytes = 256 * 1024
    /// Pieces passed over before others get their turn: the end of a long result is far from its beginning.
    private static let piecesAtOnce = 5000

    private let parts: any ResultParts
    private let pool: WorkerPool
    private let client: ClientKey
    private let logger: Logger
    private var skipped: Int
    private var left: Int
    private var pending: ArraySlice<ResultPart> = []
    private let isFinished = Atomic(false)

    /// - Parameter range: in bytes of the whole; nil for all of it, also where its length is not known.
    init(_ parts: any ResultParts, range: Range<Int>?, pool: WorkerPool, client: ClientKey, logger: Logger) {
        self.parts = parts
        self.pool = pool
        self.client = client
        self.logger = logger
        skipped = range?.lowerBound ?? 0
        left = range?.count ?? Int.max
    }

    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {
        let submission = pool.submit(for: client) { [self] in
            if isFinished.load(ordering: .relaxed) { return deliver(.end) }
            do {
                switch try produce() {
                case nil: next(deliver)
                case let bytes?: deliver(bytes.isEmpty ? .end : .bytes(bytes))
                }
            } catch {
                logger.warning("a result broke off: \(error)")
                deliver(.failed)
            }
        }
        if submission != .taken { deliver(.failed) }
    }

    func finish() { isFinished.store(true, ordering: .relaxed) }

    /// - Returns: empty at the end; nil where there is more to be passed over first.
    private func produce() throws -> Data? {
        var chunk = Data()
        var passed = 0
        while left > 0, chunk.count < ResultSource.chunkBytes {
            if pending.isEmpty {
                pending = try parts.nextParts()[...]
                if pending.isEmpty { break }
            }
            let part = pending.removeFirst()
            if skipped >= part.length {
                skipped -= part.length
                passed += 1
                if passed >= ResultSource.piecesAtOnce && chunk.isEmpty { return nil }
                continue
            }
            let bytes = try part.bytes()
            guard bytes.count == part.length else { throw ResultChanged() }
            let wanted = bytes.dropFirst(skipped).prefix(left)
            skipped = 0
            left -= wanted.count
            chunk += wanted
        }
        return chunk
    }
}
