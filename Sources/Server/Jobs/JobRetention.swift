import Foundation
import Logging
import Store

/// Purges jobs that ended long enough ago, where the operator says so: from a thread of its own, which counts how long
/// the service has run. No clock is asked what time it is.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class JobRetention: @unchecked Sendable {
    /// Jobs purged at one tick; the others go at the next ones.
    static let jobsAtOnce = 100
    private static let longestTick = 60

    private let store: Store
    private let seconds: Int
    /// Seconds between two looks.
    let tickSeconds: Int
    private let logger: Logger
    private let condition = MonotonicCondition()
    private var isStopping = false
    private var isRunning = false

    /// - Parameter seconds: after a job's end, at least 1.
    init(store: Store, seconds: Int, logger: Logger) {
        self.store = store
        self.seconds = seconds
        self.logger = logger
        tickSeconds = min(Self.longestTick, max(1, seconds / 10))
    }

    /// - Parameter onPurge: told each job that has gone.
    func start(onPurge: @escaping @Sendable (JobID) -> Void) {
        condition.withLock { isRunning = true }
        let thread = Thread { [self] in loop(onPurge) }
        thread.name = "retention"
        thread.start()
    }

    /// Returns when nothing is being purged any more.
    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
    }

    private func loop(_ onPurge: (JobID) -> Void) {
        while true {
            let stops = condition.withLock {
                condition.wait(until: .now + .seconds(tickSeconds)) { !isStopping }
                return isStopping
            }
            if stops { break }
            tick(onPurge)
        }
        condition.withLock {
            isRunning = false
            condition.broadcast()
        }
    }

    /// One tick has passed.
    func tick(_ onPurge: (JobID) -> Void) {
        do {
            for job in try store.expireJobs(endedFor: seconds, tick: tickSeconds, limit: Self.jobsAtOnce) {
                logger.info("job \(job) ended \(seconds) s ago or more, and is purged (--job-retention)")
                onPurge(job)
            }
        } catch {
            logger.error("ended jobs cannot be purged for now: \(error)")
        }
    }
}
