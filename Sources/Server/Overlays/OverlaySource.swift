import Foundation
import Logging
import Store
import Synchronization

/// Sends a stored overlay piece by piece: takes the memory of one piece, however slowly the client reads.
///
/// `@unchecked Sendable`: the connection asks for one piece at a time, so only one thread ever touches `position`, and
/// the worker pool's lock orders one call before the next.
final class OverlaySource: BodySource, @unchecked Sendable {
    private let key: OverlayKey
    private let store: Store
    private let pool: WorkerPool
    private let client: ClientKey
    private let logger: Logger
    /// Of the next piece.
    private var position = 0
    private let isFinished = Atomic(false)

    init(_ key: OverlayKey, store: Store, pool: WorkerPool, client: ClientKey, logger: Logger) {
        self.key = key
        self.store = store
        self.pool = pool
        self.client = client
        self.logger = logger
    }

    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {
        let submission = pool.submit(for: client) { [self] in
            if isFinished.load(ordering: .relaxed) { return deliver(.end) }
            do {
                // The connection asks for no more than the length that it was told.
                guard let piece = try store.overlayPiece(position, of: key) else {
                    logger.warning("an overlay broke off: it was evicted while it was sent")
                    return deliver(.failed)
                }
                position += 1
                deliver(.bytes(piece))
            } catch {
                logger.warning("an overlay broke off: \(error)")
                deliver(.failed)
            }
        }
        if submission != .taken { deliver(.failed) }
    }

    func finish() { isFinished.store(true, ordering: .relaxed) }
}
