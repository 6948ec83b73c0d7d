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
    private static let firstWait = 1.0
    private static let waitFactor = 4.0

    private let store: Store
    private let policy: WebhookPolicy
    private let transport: any WebhookTransport
    private let logger: Logger
    /// Makes the body; set before `start`.
    var describe: (JobRecord) throws -> Data = { _ in Data() }

    private let condition = MonotonicCondition()
    private var work = 0
    private var isStopping = false
    private var isRunning = false
    /// When a call that failed is made again. On the monotonic clock, in memory: after a restart it is made at once.
    private var notBefore: [JobID: SuspendingClock.Instant] = [:]

    init(store: Store, policy: WebhookPolicy, transport: any WebhookTransport, logger: Logger) {
        self.store = store
        self.policy = policy
        self.transport = transport
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
    }

    private func loop() {
        while true {
            let (seen, stops) = condition.withLock { (work, isStopping) }
            if stops { break }
            var earliest: SuspendingClock.Instant?
            do {
                for job in try store.pendingCallbacks(limit: 1000) {
                    if condition.withLock({ isStopping }) { break }
                    if let due = notBefore[job.id], due > .now {
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
            condition.withLock {
                while work == seen && !isStopping && SuspendingClock.now < end { condition.wait(atMost: end - .now) }
            }
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
                    "X-Pseudolabel-Delivery": "\(job.id)-\(job.revision)",
                    "X-Pseudolabel-Signature": policy.signature(of: body, at: Date()),
                ], body: body)
            try store.recordCallback(job.id, revision: job.revision, as: .delivered)
            notBefore[job.id] = nil
            return nil
        } catch let error as StoreError {
            throw error
        } catch {
            logger.warning("call of job \(job.id), attempt \(callback.attempts + 1): \(error)")
            try store.recordCallback(job.id, revision: job.revision, as: isLast ? .failed : .pending)
            guard !isLast else {
                notBefore[job.id] = nil
                return nil
            }
            let wait = WebhookSender.firstWait * pow(WebhookSender.waitFactor, Double(callback.attempts))
            let due = SuspendingClock.now + .seconds(wait)
            notBefore[job.id] = due
            return due
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }
}
