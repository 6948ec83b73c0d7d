import Foundation
import Logging
import Store

/// Makes one HTTP request.
public protocol WebhookTransport: Sendable {
    /// POSTs JSON; blocks. Follows no redirect.
    /// - Throws: when no answer with a status of 2xx came; the description says what came instead.
    func post(_ url: String, fields: [String: String], body: Data) throws
}

/// What is sent at the end of a job.
struct WebhookEvent: Encodable {
    let event = "job.ended"
    let job: JobDocument
}

/// Makes the calls of ended jobs, one at a time, again with growing waits until each is answered with 2xx or was tried
/// `maximumAttempts` times. That a call is due stands in the store, so a restart forgets none; a call that was answered
/// in the moment of a crash is made again, with the same `X-Pseudolabel-Delivery`.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class WebhookSender: @unchecked Sendable {
    static let maximumAttempts = 8
    private static let waitFactor = 4

    private let store: Store
    private let policy: WebhookPolicy
    private let transport: any WebhookTransport
    private let firstWait: Duration
    private let logger: Logger
    /// Makes the body; set before `start`.
    var describe: (JobRecord) throws -> Data = { _ in Data() }

    private let condition = MonotonicCondition()
    private var work = 0
    private var isStopping = false
    private var isRunning = false
    /// When a call that failed is made again. On the monotonic clock, in memory: after a restart it is made at once.
    /// Only touched by the sender's thread.
    private var notBefore: [Delivery: SuspendingClock.Instant] = [:]

    /// One call, however often it is tried: a job that was retried has another.
    private struct Delivery: Hashable, CustomStringConvertible {
        let job: JobID
        let revision: Int
        var description: String { "\(job)-\(revision)" }

        init(_ job: JobRecord) { (self.job, revision) = (job.id, job.revision) }
    }

    /// - Parameter firstWait: before the second attempt.
    init(
        store: Store, policy: WebhookPolicy, transport: any WebhookTransport, firstWait: Duration, logger: Logger
    ) {
        self.store = store
        self.policy = policy
        self.transport = transport
        self.firstWait = firstWait
        self.logger = logger
    }

    func start() {
        condition.withLock { isRunning = true }
        let thread = Thread { [self] in loop() }
        thread.name = "webhooks"
        thread.start()
    }

    /// A job may have ended.
    func wake() {
        condition.withLock {
            work += 1
            condition.broadcast()
        }
    }

    /// Returns when the call being made has ended.
    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
        // Whoever describes jobs holds the sender.
        describe = { _ in Data() }
    }

    static func wait(afterAttempt attempt: Int, first: Duration) -> Duration {
        (1..<attempt).reduce(first) { wait, _ in wait * waitFactor }
    }

    private func loop() {
        while true {
            let (seen, stops) = condition.withLock { (work, isStopping) }
            if stops { break }
            var earliest: SuspendingClock.Instant?
            do {
                let pending = try store.pendingCallbacks(limit: 1000)
                let known = Set(pending.map(Delivery.init))
                notBefore = notBefore.filter { known.contains($0.key) }
                for job in pending {
                    if condition.withLock({ isStopping }) { break }
                    if let due = notBefore[Delivery(job)], due > .now {
                        earliest = min(earliest ?? due, due)
                        continue
                    }
                    if let due = try call(job) { earliest = min(earliest ?? due, due) }
                }
            } catch {
                logger.error("cannot make the calls of ended jobs for now: \(error)")
                earliest = .now + .seconds(5)
            }
            let end = earliest ?? .now + .seconds(3600)
            condition.withLock { condition.wait(until: end) { work == seen && !isStopping } }
        }
        condition.withLock {
            isRunning = false
            condition.broadcast()
        }
    }

    /// - Returns: when it is to be tried again; nil when it is over.
    private func call(_ job: JobRecord) throws -> SuspendingClock.Instant? {
        guard let callback = job.callback else { return nil }
        let isLast = callback.attempts + 1 >= WebhookSender.maximumAttempts
        do {
            // The operator may have changed the list since the job was posted.
            if let reason = policy.refusal(of: callback.url) { throw Refused(description: reason) }
            let body = try describe(job)
            try transport.post(
                callback.url,
                fields: [
                    "Content-Type": "application/json", "User-Agent": "pseudolabel",
                    "X-Pseudolabel-Delivery": "\(Delivery(job))",
                    "X-Pseudolabel-Signature": policy.signature(of: body, at: Date()),
                ], body: body)
            try store.recordCallback(job.id, revision: job.revision, as: .delivered)
            return nil
        } catch let error as StoreError {
            throw error
        } catch {
            logger.warning("call of job \(job.id), attempt \(callback.attempts + 1): \(error)")
            try store.recordCallback(job.id, revision: job.revision, as: isLast ? .failed : .pending)
            if isLast { return nil }
            let due = SuspendingClock.now + WebhookSender.wait(afterAttempt: callback.attempts + 1, first: firstWait)
            notBefore[Delivery(job)] = due
            return due
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }
}
