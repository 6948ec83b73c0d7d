import Logging
import Store
import Synchronization

/// Whether the store takes writes, as far as is known: the last one that the disk refused makes it unready, until a
/// small one has succeeded.
final class StoreReadiness: Sendable {
    /// Between two attempts at a write, however often it is asked.
    private static let interval = Duration.seconds(1)

    private let store: Store
    private let writes: WorkerPool
    private let logger: Logger
    private let lastProbe = Mutex<ContinuousClock.Instant?>(nil)

    init(store: Store, writes: WorkerPool, logger: Logger) {
        self.store = store
        self.writes = writes
        self.logger = logger
    }

    /// Returns at once. Where writes fail, whether they do so still is found out meanwhile: the next call knows.
    func isReady(now: ContinuousClock.Instant = .now) -> Bool {
        guard store.writeFailure != nil else { return true }
        let isDue = lastProbe.withLock { last in
            if let last, now - last < Self.interval { return false }
            last = now
            return true
        }
        if isDue {
            _ = writes.submit { [store, logger] in
                do {
                    try store.probeWrites()
                    logger.info("the store takes writes again")
                } catch {
                    logger.error("the store takes no writes: \(error)")
                }
            }
        }
        return false
    }
}
