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
    let limits: RequestLimits
    let webhooks: WebhookPolicy
    let logger: Logger
    let events = JobEvents()
    let rates = JobRates()
    private let runner: JobRunner
    private let sender: WebhookSender?
    /// Takes submissions in, which are large and slow: not on the threads of the small reads.
    let submissions: WorkerPool
    /// Submissions with a key that are being taken in.
    private let keysUnderWay = Mutex<Set<String>>([])

    static let submissionCapacity = 16

    /// - Parameters:
    ///   - reads: threads for short work with the store.
    ///   - transport: makes the calls that jobs ask for at their end; nil where the operator allows none.
    ///   - webhookWait: before a call that failed is made a second time; four times as long before each further time.
    public init(
        store: Store, models: ServedModels, reads: WorkerPool, limits: RequestLimits,
        webhooks: WebhookPolicy = .none, transport: (any WebhookTransport)? = nil,
        webhookWait: Duration = .seconds(1), metrics: ServiceMetrics = ServiceMetrics(), logger: Logger
    ) {
        self.store = store
        self.models = models
        self.metrics = metrics
        self.reads = reads
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
        runner = JobRunner(
            store: store, models: models, metrics: metrics, logger: logger,
            onChange: { [events] job in
                events.changed(job)
                sender?.wake()
            },
            onFinish: { [rates] in rates.record($0) })
        sender?.describe = { [self] in try Response.encoded(WebhookEvent(job: document($0))) }
    }

    /// Goes on with what was left at the last stop.
    public func start() {
        runner.start()
        sender?.start()
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
        submissions.shutdown(droppingQueue: abandoning)
        sender?.stop()
        if abandoning { runner.abandon() }
        runner.join()
    }

    func document(_ job: JobRecord) -> JobDocument {
        JobDocument(
            job, model: models.serving(job.modelDigest)?.model, rate: rates.rate(of: job.id, isGoingOn: !job.hasEnded))
    }

    // MARK: - Commands

    /// Makes the plan of a job from its head, for the model that is served then.
    func planner(owner: String) -> @Sendable (JobRequest.Head) -> JobPlan {
        { [models, limits, webhooks] head in
            JobPlan(head, of: models.current, owner: owner, limits: limits, webhooks: webhooks)
        }
    }

    /// Takes a job in; to be called on `submissions`.
    /// - Parameter served: of the job's plan.
    /// - Returns: the job, and whether it was there before.
    func submit(_ new: NewJob, of served: ServedModel, key: SubmissionKey?) throws -> (JobRecord, isRepeated: Bool) {
        switch try store.submit(new, key: key, quota: limits.maximumTokenItems) {
        case .created(let job):
            models.keep(served)
            runner.wake()
            return (job, false)
        case .repeated(let job):
            return (job, true)
        case .keyReused:
            throw JobService.keyReused
        case .overQuota(let unfinished):
            throw Problem(
                .tooManyRequests,
                "\(unfinished) items of this token are unfinished and the job has \(new.items.count); "
                    + "at most \(limits.maximumTokenItems ?? 0) are allowed. Wait for some to finish.",
                fields: [.retryAfter: "60"])
        }
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

    func run(_ command: JobCommand, on id: JobID) throws -> JobRecord {
        let outcome =
            switch command {
            case .pause: try store.pause(id)
            case .resume: try store.resume(id)
            case .retry: try store.retry(id)
            case .cancel: try store.cancel(id)
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

    func purge(_ id: JobID) throws {
        guard try store.purge(id) else { throw JobService.unknownJob }
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
