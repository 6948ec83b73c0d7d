import Foundation
import Logging
import Synchronization

/// Reads a job in NDJSON while it arrives, on a thread of its own, a batch of lines at a time: many slow or large
/// submissions take turns.
final class JobIntake: BodySink {
    private let lines: Mutex<JobLines>
    private let held = Atomic(0)
    private let pool: WorkerPool
    private let client: ClientIdentity
    /// Whether a fault is told as soon as it is found. A job that was taken in before is known by its whole body,
    /// whatever is thought of it today.
    private let refusesEarly: Bool
    private let logger: Logger

    init(
        _ lines: consuming sending JobLines, pool: WorkerPool, client: ClientIdentity, refusesEarly: Bool,
        logger: Logger
    ) {
        self.lines = Mutex(lines)
        self.pool = pool
        self.client = client
        self.refusesEarly = refusesEarly
        self.logger = logger
    }

    var heldBytes: Int { held.load(ordering: .relaxed) }

    func take(_ bytes: Data, done: @escaping @Sendable (Response?) -> Void) {
        pool.perform(for: client, onFailure: { [logger] in done(Response(logging: $0, to: logger)) }) { [self] in
            let failure = lines.withLock { lines in
                lines.take(bytes)
                held.store(lines.heldBytes, ordering: .relaxed)
                return lines.failure
            }
            if refusesEarly, let failure { throw failure }
            done(nil)
        }
    }

    func abandon() {}

    /// The body is complete.
    func finish() -> ReadJob { lines.withLock { $0.finish() } }
}
