import Foundation
import Synchronization

/// Reads a job in NDJSON while it arrives, on the threads of the submissions, a batch of lines at a time: many slow or
/// large submissions take turns.
final class JobIntake: BodySink {
    private let lines: Mutex<JobLines>
    private let pool: WorkerPool
    private let client: ClientIdentity
    /// Whether a fault is told as soon as it is found. A job that was taken in before is known by its whole body, whatever
    /// is thought of it today.
    private let refusesEarly: Bool

    init(_ lines: consuming sending JobLines, pool: WorkerPool, client: ClientIdentity, refusesEarly: Bool) {
        self.lines = Mutex(lines)
        self.pool = pool
        self.client = client
        self.refusesEarly = refusesEarly
    }

    func take(_ bytes: Data, done: @escaping @Sendable (Response?) -> Void) {
        pool.perform(for: client, onFailure: { done(Response(Problem($0))) }) { [self] in
            let failure = lines.withLock { lines in
                lines.take(bytes)
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
