import Crypto
import Engine
import Foundation
import Logging
import Store

/// Works through the queued items of all jobs, on threads of its own.
///
/// What happens to an item is written down before it happens: the claim before the picture is given to the engine, the
/// mask and the item's end in one transaction. So a crash at any point loses nothing, and whatever ran is begun again.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class JobRunner: @unchecked Sendable {
    /// As many as the engine takes at a time.
    static let workers = EngineSlots.count
    /// How often the engine may end while it has a picture before the picture is failed.
    static let maximumDeaths = 3
    /// Longest wait between attempts to write down what the disk did not take: how soon a job goes on by itself once
    /// there is room again.
    private static let longestRetry = 5.0

    private let store: Store
    private let models: ServedModels
    private let metrics: ServiceMetrics
    private let logger: Logger
    private let onChange: @Sendable (JobID) -> Void
    private let onFinish: @Sendable (JobID) -> Void

    private let condition = MonotonicCondition()
    private var work = 0
    private var isStopping = false
    private var isAbandoning = false
    private var liveThreads = 0
    /// Jobs whose running items are no longer wanted.
    private var cancelled: Set<JobID> = []
    private var running: [JobID: Int] = [:]

    /// - Parameters:
    ///   - onChange: called after every change of a job, from a worker.
    ///   - onFinish: called after every picture that was worked on and finished.
    init(
        store: Store, models: ServedModels, metrics: ServiceMetrics, logger: Logger,
        onChange: @escaping @Sendable (JobID) -> Void, onFinish: @escaping @Sendable (JobID) -> Void
    ) {
        self.store = store
        self.models = models
        self.metrics = metrics
        self.logger = logger
        self.onChange = onChange
        self.onFinish = onFinish
    }

    func start() {
        condition.withLock { liveThreads = JobRunner.workers }
        for index in 0..<JobRunner.workers {
            let thread = Thread { [self] in loop() }
            thread.name = "jobs-\(index)"
            thread.start()
        }
    }

    /// There may be something to do.
    func wake() {
        condition.withLock {
            work += 1
            condition.broadcast()
        }
    }

    /// The job was cancelled: what runs of it is not wanted any more.
    func cancel(_ job: JobID) {
        condition.withLock {
            if running[job] != nil { cancelled.insert(job) }
        }
    }

    /// Begins nothing more.
    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
        }
    }

    /// Begins nothing more, and gives back what runs, to be begun again at the next start.
    func abandon() {
        condition.withLock {
            isStopping = true
            isAbandoning = true
            condition.broadcast()
        }
    }

    /// Returns when the workers have ended, after a `stop` or `abandon`.
    func join() {
        condition.withLock {
            while liveThreads > 0 { condition.wait() }
        }
    }

    // MARK: - Workers

    private func loop() {
        while true {
            let (seen, stops) = condition.withLock { (work, isStopping) }
            if stops { break }
            do {
                if let (claim, served) = try nextClaim() {
                    perform(claim, of: served)
                } else {
                    condition.withLock { while work == seen && !isStopping { condition.wait() } }
                }
            } catch {
                // A full disk, most likely: the claim was not made, so nothing is lost by waiting.
                logger.error("cannot begin queued pictures for now: \(error)")
                pause(seconds: 1)
            }
        }
        condition.withLock {
            liveThreads -= 1
            condition.broadcast()
        }
    }

    /// Jobs of earlier models first: these go when their jobs have ended.
    private func nextClaim() throws -> (JobClaim, ServedModel)? {
        let current = models.current
        for served in models.all {
            let claim = try store.claim(
                model: served.digest, manifest: JobManifest.failed,
                onFailure: { [metrics, onChange] job in
                    metrics.recordItems(failed: 1)
                    onChange(job)
                })
            if let claim { return (claim, served) }
            if served !== current, try !store.hasUnfinishedJobs(model: served.digest) {
                models.release(served)
                logger.info("model \(served.digest) has no jobs left, and is closed")
            }
        }
        return nil
    }

    private func pause(seconds: Double) {
        condition.withLock { condition.wait(until: .now + .seconds(seconds)) { !isStopping } }
    }

    private func perform(_ claim: JobClaim, of served: ServedModel) {
        condition.withLock { running[claim.job, default: 0] += 1 }
        onChange(claim.job)
        let outcome: Outcome
        do {
            outcome = try attempt(claim, served)
        } catch let error as StoreError where error.mayPass {
            logger.error("picture \(claim.item.name) of job \(claim.job) cannot be read for now; trying again")
            pause(seconds: 1)
            outcome = .unreadable
        } catch {
            logger.error("picture \(claim.item.name) of job \(claim.job): \(error)")
            outcome = .fail(reason: "the server could not work on it; its log has the reason")
        }
        writeDown(outcome, of: claim)
        condition.withLock {
            running[claim.job, default: 1] -= 1
            if running[claim.job] == 0 {
                running[claim.job] = nil
                cancelled.remove(claim.job)
            }
        }
        onChange(claim.job)
    }

    /// What is to be written down of an item.
    private enum Outcome {
        case done(MaskRecord, isFromCache: Bool, manifest: String)
        case fail(reason: String)
        case again(countingDeath: Bool)
        case unreadable
        case imageIsGone
    }

    private func attempt(_ claim: JobClaim, _ served: ServedModel) throws -> Outcome {
        // A job that was cancelled before `cancel` could find it here.
        guard try store.holds(claim) else { return .again(countingDeath: false) }
        let manifest = try JobManifest(options: claim.options)
        if let record = try intactMask(of: claim.item) {
            return .done(record, isFromCache: true, manifest: try manifest.done(claim.item, MaskSummary(record)))
        }
        guard let bytes = try wholeImage(of: claim.item) else {
            logger.error("the file of image \(claim.item.image) has gone or is damaged; it is waited for again")
            return .imageIsGone
        }
        let labels = try claim.item.labels.map { try served.model.classIndices(of: $0) }
        do {
            let task = PictureTask(
                bytes: bytes, labels: labels, options: manifest.options, priority: .background,
                isolated: claim.deaths > 0)
            let labeling = try served.engine.label(task, until: { [self] in isWanted(claim.job) })
            metrics.record(labeling.timings)
            let record = MaskRecord(
                labeling, at: try MaskAddress(claim.item, model: served.model, options: manifest.options),
                mediaType: ImageFormat.sniff(bytes)?.mediaType ?? "")
            return .done(record, isFromCache: false, manifest: try manifest.done(claim.item, MaskSummary(record)))
        } catch let error as ImageError {
            return .fail(reason: error.description)
        } catch let failure as EngineFailure {
            return outcome(of: failure, claim, served)
        }
    }

    /// nil where the item's mask is not there, or is damaged: it is made anew then, and takes its place.
    private func intactMask(of item: JobItemRecord) throws -> MaskRecord? {
        do {
            return try store.mask(item.mask, for: .everybody)
        } catch {
            guard case .maskDamaged = error else { throw error }
            logger.error("\(error); it is made anew now")
            return nil
        }
    }

    /// nil where the file is gone, or is not what was sent.
    /// - Throws: where it cannot be read now, which says nothing about the file.
    private func wholeImage(of item: JobItemRecord) throws -> Data? {
        let bytes: Data?
        do {
            bytes = try store.image(item.image)
        } catch {
            guard case .damaged = error else { throw error }
            return nil
        }
        return bytes.flatMap { SHA256.hash(data: $0).hexDigits == item.image.rawValue ? $0 : nil }
    }

    private func outcome(of failure: EngineFailure, _ claim: JobClaim, _ served: ServedModel) -> Outcome {
        switch failure {
        case .died, .hung:
            let deaths = claim.deaths + 1
            logger.error("picture \(claim.item.name) of job \(claim.job), attempt \(deaths): \(failure)")
            return deaths < JobRunner.maximumDeaths
                ? .again(countingDeath: true)
                : .fail(reason: "the engine failed on this picture \(deaths) times, at last so: \(failure)")
        case .unavailable(let reason):
            logger.error("the engine cannot be started for now: \(reason)")
            // An earlier model whose file has gone cannot come back: its jobs wait for it, as they do after a restart.
            if served !== models.current { models.release(served) }
            pause(seconds: 1)
            return .again(countingDeath: false)
        case .interrupted, .cancelled:
            return .again(countingDeath: false)
        }
    }

    private func isWanted(_ job: JobID) -> Bool {
        condition.withLock { !isAbandoning && !cancelled.contains(job) }
    }

    /// Tries until the disk takes it: a picture is not worked on twice because the disk was full for a while.
    private func writeDown(_ outcome: Outcome, of claim: JobClaim) {
        var wait = 1.0
        var outcome = outcome
        while true {
            do {
                return try write(outcome, of: claim)
            } catch StoreError.closed {
                return
            } catch let error as StoreError where error.mayPass {
                logger.error("the result of picture \(claim.item.name) cannot be stored for now; trying again")
            } catch {
                logger.error("the result of picture \(claim.item.name) cannot be stored: \(error)")
                outcome = .fail(reason: "its result could not be stored; the server's log has the reason")
            }
            // Given up at a stop: the item is still marked as running, and is begun again at the next start.
            if condition.withLock({ isStopping }) { return }
            pause(seconds: wait)
            wait = min(wait * 2, JobRunner.longestRetry)
        }
    }

    private func write(_ outcome: Outcome, of claim: JobClaim) throws {
        switch outcome {
        case .done(let record, let isFromCache, let manifest):
            if try store.complete(claim, with: record, isFromCache: isFromCache, manifest: manifest) {
                metrics.recordMask(wasCached: isFromCache)
                metrics.recordItems(done: 1)
                if !isFromCache { onFinish(claim.job) }
            }
        case .fail(let reason):
            try store.fail(claim, reason: reason, manifest: try JobManifest.failed(claim.item, reason: reason))
            metrics.recordItems(failed: 1)
        case .again(let countingDeath):
            try store.release(claim, countingDeath: countingDeath, countingTry: countingDeath)
        case .unreadable:
            try store.release(claim, countingDeath: false, countingTry: true)
        case .imageIsGone:
            try store.releaseWithoutImage(claim)
        }
    }
}
