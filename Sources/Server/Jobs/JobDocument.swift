import Engine
import Foundation
import Store

/// What is told of a job.
struct JobDocument: Encodable {
    let id: String
    let name: String
    let state: State
    /// What keeps the job from going on, beside missing images.
    let problem: String?
    let model: Model
    let options: LabelingOptions?
    let counts: Counts
    let imagesPerSecond: Double?
    let etaSeconds: Double?
    let metrics: Metrics
    let createdAt: String
    let finishedAt: String?
    let callback: Callback?
    let links: Links
    /// Distinct images that the server lacks; only in the answer to a submission.
    var missing: [String]?
    /// What is odd about the job and no fault, a sentence each; only in the answer to a submission.
    var warnings: [String]?

    enum State: String, Encodable, CaseIterable {
        case queued, running, paused, done, cancelled
        case doneWithFailures = "done_with_failures"
    }

    struct Model: Encodable {
        let digest: String
        /// nil for a model that is not loaded now.
        let name: String?
    }

    struct Counts: Encodable {
        let total: Int
        let waitingForImage: Int
        let queued: Int
        let running: Int
        /// Those from the cache included.
        let done: Int
        let fromCache: Int
        let failed: Int
        let cancelled: Int
    }

    /// Over the masks finished so far.
    struct Metrics: Encodable {
        let classes: Int
        let emptyClasses: Int
        /// Over the classes with pixels.
        let meanPosterior: Double?
        /// Over all classes looked for.
        let meanAreaShare: Double?
    }

    struct Callback: Encodable {
        let url: String
        let state: String
        let attempts: Int
    }

    struct Links: Encodable {
        let `self`: String
        let items: String
        let events: String
        let result: String
    }

    static func path(_ id: JobID) -> String { "/v1/jobs/\(id)" }

    /// - Parameters:
    ///   - model: the job's; nil where it is not served.
    ///   - rate: pictures a second, where it is known.
    init(_ job: JobRecord, model: Engine.Model?, rate: Double?) {
        id = job.id.rawValue
        name = job.name
        state = State(job)
        problem =
            job.hasEnded || model != nil
            ? nil : "the server runs another model now; it goes on when it is started with this one"
        self.model = Model(digest: job.modelDigest.rawValue, name: model?.name)
        options = try? JSONDecoder().decode(LabelingOptions.self, from: Data(job.options.utf8))
        counts = Counts(
            total: job.counts.total, waitingForImage: job.counts.waiting, queued: job.counts.queued,
            running: job.counts.running, done: job.counts.done, fromCache: job.counts.fromCache,
            failed: job.counts.failed, cancelled: job.counts.cancelled)
        let isMoving = !job.hasEnded && job.phase == .active
        imagesPerSecond = rate
        etaSeconds = isMoving ? rate.map { Double(job.counts.unfinished) / $0 } : nil
        let sums = job.sums
        metrics = Metrics(
            classes: sums.classes, emptyClasses: sums.emptyClasses,
            meanPosterior: JobDocument.mean(sums.posterior, of: sums.classes - sums.emptyClasses),
            meanAreaShare: JobDocument.mean(sums.areaShare, of: sums.classes))
        createdAt = job.createdAt.formatted(.iso8601)
        finishedAt = job.finishedAt?.formatted(.iso8601)
        callback = job.callback.map { Callback(url: $0.url, state: $0.state.rawValue, attempts: $0.attempts) }
        let path = JobDocument.path(job.id)
        links = Links(
            self: path, items: path + "/items", events: path + "/events", result: path + "/result.tar")
    }

    private static func mean(_ sum: Double, of count: Int) -> Double? { count > 0 ? sum / Double(count) : nil }
}

extension JobDocument.State {
    init(_ job: JobRecord) {
        self.init(
            phase: job.phase, hasEnded: job.hasEnded, hasFailures: job.counts.failed > 0, hasStarted: job.hasStarted)
    }

    init(_ tally: JobTally) {
        self.init(
            phase: tally.phase, hasEnded: tally.hasEnded, hasFailures: tally.hasFailures, hasStarted: tally.hasStarted)
    }

    private init(phase: JobPhase, hasEnded: Bool, hasFailures: Bool, hasStarted: Bool) {
        self =
            switch phase {
            case .cancelled: .cancelled
            case .active where hasEnded, .paused where hasEnded: hasFailures ? .doneWithFailures : .done
            case .paused: .paused
            case .active: hasStarted ? .running : .queued
            }
    }
}

/// What is told of one item of a job.
struct JobItemDocument: Encodable {
    let position: Int
    let name: String
    let sha256: String
    let labels: [String]?
    let state: String
    let attempts: Int
    let reason: String?
    /// Id of the mask, once it is there.
    let mask: String?
    let fromCache: Bool
    /// Of image and labels; nil where there are none.
    let warnings: [WarningDocument]?

    init(_ item: JobItemRecord) {
        position = item.position
        name = item.name
        sha256 = item.image.rawValue
        labels = item.labels
        state = JobItemDocument.name(of: item.state)
        attempts = item.tries
        reason = item.reason
        mask = item.state == .done ? item.mask.rawValue : nil
        fromCache = item.isFromCache
        warnings = WarningDocument.list(item.warnings)
    }

    static func name(of state: JobItemState) -> String {
        state == .waiting ? "waiting_for_image" : state.rawValue
    }
}
