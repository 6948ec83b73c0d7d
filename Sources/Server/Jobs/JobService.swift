import Engine
import Foundation
import Logging
import Store
import Synchronization

/// Jobs: takes them in, works through them, tells about them.
public final class JobService: Sendable {
    let store: Store
    let models: ServedModels
    let metrics: ServiceMetrics
    let reads: WorkerPool
    let writes: WorkerPool
    let limits: RequestLimits
    let webhooks: WebhookPolicy
    let logger: Logger
    let events = JobEvents()
    let rates = JobRates()
    private let runner: JobRunner
    private let sender: WebhookSender?
    let retention: JobRetention?
    /// Takes submissions in, which are large and slow: not on the threads of the small reads.
    let submissions: WorkerPool
    /// Reads submissions while they arrive. Each connection has one batch at most, and waits for it.
    let lines: WorkerPool
    /// Finishes what new jobs find in the store.
    private let caching: WorkerPool
    /// Submissions with a key that are being taken in.
    private let keysUnderWay = Mutex<Set<String>>([])

    static let submissionCapacity = 16
    /// More than there are connections: none is refused in the middle of its body.
    private static let lineCapacity = 1 << 20

    /// - Parameters:
    ///   - reads: threads for short work with the store, `writes`: for what may wait for whoever writes.
    ///   - retention: seconds after which ended jobs are purged; nil keeps them.
    ///   - transport: makes the calls that jobs ask for at their end; nil where the operator allows none.
    ///   - webhookWait: before a call that failed is made a second time; four times as long before each further time.
    public init(
        store: Store, models: ServedModels, reads: WorkerPool, writes: WorkerPool, limits: RequestLimits,
        retention: Int? = nil, webhooks: WebhookPolicy = .none, transport: (any WebhookTransport)? = nil,
        webhookWait: Duration = .seconds(1), metrics: ServiceMetrics = ServiceMetrics(), logger: Logger
    ) {
        self.store = store
        self.models = models
        self.metrics = metrics
        self.reads = reads
        self.writes = writes
        self.limits = limits
        self.webhooks = webhooks
        self.logger = logger
        let sender = transport.map {
            WebhookSender(
                store: store, policy: webhooks, transport: $0, firstWait: webhookWait, logger: logger)
        }
        self.sender = sender
        submissions = WorkerPool(
            threads: 1, capacity: Self.submissionCapacity,
            clientCapacity: MaskService.clientShare(of: Self.submissionCapacity), name: "submissions")
        lines = WorkerPool(threads: 1, capacity: Self.lineCapacity, name: "lines")
        caching = WorkerPool(threads: 1, capacity: Self.submissionCapacity, name: "caching")
        runner = JobRunner(
            store: store, models: models, metrics: metrics, logger: logger,
            onChange: { [events] job in
                events.changed(job)
                sender?.wake()
            },
            onFinish: { [rates] in rates.record($0) })
        self.retention = retention.map { JobRetention(store: store, seconds: $0, logger: logger) }
        sender?.describe = { [self] in try Response.encoded(WebhookEvent(job: document($0))) }
    }

    /// Goes on with what was left at the last stop.
    public func start() {
        runner.start()
        sender?.start()
        retention?.start { [weak self] in self?.forget($0) }
    }

    /// Begins no more pictures, and ends the event streams, which would go on for ever.
    public func beginShutdown() {
        runner.stop()
        events.close()
    }

    /// The time that pictures had to finish after `beginShutdown` is over: they are given back to be begun again.
    public func abandon() { runner.abandon() }

    /// Returns when nothing uses the store any more.
    /// - Parameter abandoning: as `abandon`.
    public func shutdown(abandoning: Bool) {
        beginShutdown()
        lines.shutdown(droppingQueue: abandoning)
        submissions.shutdown(droppingQueue: abandoning)
        caching.shutdown(droppingQueue: abandoning)
        sender?.stop()
        retention?.stop()
        if abandoning { runner.abandon() }
        runner.join()
    }

    func document(_ job: JobRecord) -> JobDocument {
        JobDocument(
            job, model: models.serving(job.modelDigest)?.model, rate: rates.rate(of: job.id, isGoingOn: !job.hasEnded))
    }

    // MARK: - Commands

    /// Makes the plan of a job from its head, for the model that is served then.
    func planner(for client: ClientIdentity) -> @Sendable (JobRequest.Head) -> JobPlan {
        { [models, limits, webhooks] head in
            JobPlan(head, of: models.current, client: client, limits: limits, webhooks: webhooks)
        }
    }

    /// Takes a job in; to be called on `submissions`.
    /// - Parameter served: of the job's plan.
    /// - Returns: the job, and whether it was there before.
    func submit(_ new: NewJob, of served: ServedModel, key: SubmissionKey?) throws -> (JobRecord, isRepeated: Bool) {
        switch try store.submit(new, key: key, quota: limits.tokenQuota) {
        case .created(let job):
            models.keep(served)
            runner.wake()
            return (job, false)
        case .repeated(let job):
            return (job, true)
        case .keyReused:
            throw JobService.keyReused
        case .overQueue(let held):
            throw Problem(
                .tooManyRequests,
                "\(held.unfinished) items of this token are unfinished and the job has \(new.items.count); "
                    + "at most \(limits.tokenQuota.unfinished ?? 0) are allowed. Wait for some to finish.",
                fields: [.retryAfter: "60"])
        case .overQuota(let held):
            throw overQuota(held, "the job with its \(new.items.count) items is not taken")
        }
    }

    /// No Retry-After: to wait does not help.
    func overQuota(_ held: JobHoldings, _ consequence: String) -> Problem {
        let items = limits.tokenQuota.items.map { " of \($0) items" } ?? " items"
        let bytes = limits.tokenQuota.bytes.map { " of \($0) bytes" } ?? " bytes"
        return Problem(
            .tooManyRequests,
            "The jobs of this token hold \(held.items)\(items) (jobs included) and \(held.bytes)\(bytes) that they may "
                + "hold, so \(consequence). DELETE /v1/jobs/{id}?purge=true frees what a job holds.",
            type: Problem.quotaType, title: "Quota Exceeded")
    }

    static let keyReused = Problem(
        .unprocessableContent, "This Idempotency-Key came with another body before; use a new key for a new job.",
        errors: [.init(field: "Idempotency-Key", detail: "was used with another body")])

    /// Keeps two submissions with one key from being taken in at once.
    /// - Returns: what to call when this one has been.
    /// - Throws: a 409 while another is.
    func hold(_ key: String?, of owner: String) throws -> @Sendable () -> Void {
        guard let key else { return {} }
        let name = "\(owner)\n\(key)"
        guard keysUnderWay.withLock({ $0.insert(name).inserted }) else {
            throw Problem(
                .conflict, "A submission with this Idempotency-Key is still being taken in; try again soon.",
                fields: [.retryAfter: "1"])
        }
        return { [self] in _ = keysUnderWay.withLock { $0.remove(name) } }
    }

    /// Finishes what the store has already; the runner goes on with the rest meanwhile.
    func finishFromCache(_ job: JobRecord, for client: ClientIdentity) {
        // Where there is no place, the runner comes to them one by one.
        _ = caching.submit(for: ClientKey(client)) { [self] in finishFromCache(job) }
    }

    func finishFromCache(_ job: JobRecord) {
        do {
            let manifest = try JobManifest(options: job.options)
            var position = -1
            while let (last, count) = try store.finishFromCache(
                job.id, after: position, limit: 500, manifest: manifest.done)
            {
                position = last
                metrics.recordItems(done: count)
                changed(job.id)
            }
        } catch {
            // The runner comes to them one by one.
            logger.error("job \(job.id): looking for masks in the store failed: \(error)")
        }
    }

    /// Something of the job has changed that the runner did not do.
    func changed(_ job: JobID) {
        events.changed(job)
        sender?.wake()
    }

    func imageArrived() { runner.wake() }

    func run(_ command: JobCommand, on id: JobID, for tenant: Tenant) throws -> JobRecord {
        let outcome =
            switch command {
            case .pause: try store.pause(id, for: tenant)
            case .resume: try store.resume(id, for: tenant)
            case .retry: try store.retry(id, for: tenant)
            case .cancel: try store.cancel(id, for: tenant)
            }
        switch outcome {
        case .done(let job):
            if command == .cancel { runner.cancel(id) }
            runner.wake()
            changed(id)
            return job
        case .refused(_, let reason):
            throw Problem(.conflict, "The job cannot be \(command.participle): \(reason).")
        case .unknownJob:
            throw JobService.unknownJob
        }
    }

    /// - Throws: a 403 where the client sees the job, and it is neither its token's nor the client an administrator.
    func purge(_ id: JobID, for client: ClientIdentity) throws {
        guard let job = try store.job(id, for: client.tenant) else { throw JobService.unknownJob }
        guard client.isAdmin || job.owner == client.token else {
            throw Problem(
                .forbidden, "The job is another token's; that one, or one with the scope admin, can purge it.")
        }
        guard try store.purge(id, for: client.tenant) else { throw JobService.unknownJob }
        forget(id)
    }

    /// The job is not there any more.
    private func forget(_ id: JobID) {
        runner.cancel(id)
        rates.forget(id)
        changed(id)
    }

    static let unknownJob = Problem(.notFound, "There is no such job; it may have been purged.")
}

enum JobCommand: String, Sendable {
    case pause, resume, retry, cancel

    fileprivate var participle: String {
        switch self {
        case .pause: "paused"
        case .resume: "resumed"
        case .retry: "retried"
        case .cancel: "cancelled"
        }
    }
}
