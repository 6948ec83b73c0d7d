import Engine
import Foundation
import Logging
import Store

/// Answers for masks: from the store, else from the engine. Owns the threads that wait for both.
public final class MaskService: Sendable {
    public let models: ServedModels
    /// Reads headers; what the engine decodes is its own matter.
    public let decoder: ImageDecoder
    let store: Store
    let metrics: ServiceMetrics
    /// Waits for the engine; a full queue is answered 503.
    let inference: WorkerPool
    /// Hashes, reads the store: short work that must not wait behind inference. Nothing here waits for who writes.
    public let reads: WorkerPool
    /// Writes to the store what clients ask for, one after the other in the end: apart from `reads`, so that a slow
    /// disk and a long transaction hold up no reader.
    public let writes: WorkerPool
    let logger: Logger

    /// As many as the engine takes at a time.
    static let inferenceWorkers = EngineSlots.count
    /// How often the engine may end of one picture before that is the picture's answer.
    static let maximumDeaths = 3
    static let readWorkers = 2
    static let readCapacity = 1024
    static let writeWorkers = 2
    static let writeCapacity = 256

    /// Of a queue's places those that one client may have: the others are left for whoever comes next.
    static func clientShare(of places: Int) -> Int { max(1, places - places / 4) }

    /// - Parameter queueCapacity: pictures that may wait for inference.
    public init(
        models: ServedModels, decoder: ImageDecoder, store: Store, queueCapacity: Int,
        metrics: ServiceMetrics = ServiceMetrics(), logger: Logger
    ) {
        self.models = models
        self.decoder = decoder
        self.store = store
        self.metrics = metrics
        self.logger = logger
        inference = WorkerPool(
            threads: MaskService.inferenceWorkers, capacity: queueCapacity,
            clientCapacity: MaskService.clientShare(of: queueCapacity), name: "inference")
        reads = WorkerPool(
            threads: MaskService.readWorkers, capacity: MaskService.readCapacity,
            clientCapacity: MaskService.clientShare(of: MaskService.readCapacity), name: "reads")
        writes = WorkerPool(
            threads: MaskService.writeWorkers, capacity: MaskService.writeCapacity,
            clientCapacity: MaskService.clientShare(of: MaskService.writeCapacity), name: "writes")
        readiness = StoreReadiness(store: store, writes: writes, logger: logger)
    }

    /// A mask and whether the store had it already.
    struct Answer: Sendable {
        let record: MaskRecord
        let cached: Bool
        /// How the mask compares with its ground truth, where it has any.
        var groundTruth: GroundTruthRecord?
    }

    typealias Completion = @Sendable (Result<Answer, any Error>) -> Void

    /// Finishes what is being worked on, then returns.
    /// - Parameter droppingQueue: whether what is queued is dropped, because nobody waits for it any more.
    public func shutdown(droppingQueue: Bool = false) {
        reads.shutdown(droppingQueue: droppingQueue)
        writes.shutdown(droppingQueue: droppingQueue)
        inference.shutdown(droppingQueue: droppingQueue)
    }

    /// The mask for a request: looked up, else made and stored. The request is taken apart on the threads of `reads`:
    /// a form of many megabytes takes its time, and a connection's queue is many connections'.
    func mask(for whole: Request, limits: RequestLimits, completion: @escaping Completion) {
        let client = whole.head.client
        let counted: Completion = { [metrics] result in
            if case .success(let answer) = result { metrics.recordMask(wasCached: answer.cached) }
            completion(result)
        }
        perform(on: reads, for: client, counted) { [self] in
            let served = models.current
            let request = try MaskRequest(whole, model: served.model, limits: limits)
            // What its header gives away is refused before it takes a place in the queue.
            _ = try decoder.dimensions(of: request.image)
            let address = try MaskAddress(
                image: request.image, model: served.model, labels: request.labels, options: request.options,
                tenant: client.tenant)
            if let answer = try intact(address.id, for: client.tenant) { return counted(.success(answer)) }
            perform(on: inference, for: client, counted) { [self] in
                counted(.success(try make(request, at: address, served, for: client.tenant)))
            }
        }
    }

    private func make(
        _ request: MaskRequest, at address: MaskAddress, _ served: ServedModel, for tenant: Tenant
    ) throws -> Answer {
        // The same request may have been made while this one waited.
        if let answer = try intact(address.id, for: tenant) { return answer }
        let labeling = try label(request, served)
        metrics.record(labeling.timings)
        let mediaType = ImageFormat.sniff(request.image)?.mediaType ?? ""
        let record = MaskRecord(labeling, at: address, mediaType: mediaType)
        // Two threads may have been at it: what came first stays, and is what everybody gets.
        let outcome = try store.insert(record, imageBytes: request.image, for: tenant)
        if outcome == .alreadyStored, let first = try stored(address.id, for: tenant) { return first }
        return Answer(record: record, cached: false)
    }

    private func label(_ request: MaskRequest, _ served: ServedModel) throws -> Labeling {
        try retryingDeaths("a picture of \(request.image.count) bytes") { isolated in
            let picture = PictureTask(
                bytes: request.image, labels: request.labels, options: request.options, priority: .interactive,
                isolated: isolated)
            return try served.engine.label(picture) { true }
        }
    }

    /// Tries again where the engine died, the picture alone in it then.
    /// - Parameter what: for the log.
    func retryingDeaths<T>(_ what: String, _ work: (_ isolated: Bool) throws -> T) throws -> T {
        var deaths = 0
        while true {
            do {
                return try work(deaths > 0)
            } catch EngineFailure.died(let how) {
                deaths += 1
                logger.error("the engine \(how) on \(what), time \(deaths)")
                guard deaths < MaskService.maximumDeaths else { throw EngineFailure.died(how) }
            }
        }
    }

    /// As `stored`, and nil also where what is there is damaged: it is made anew then, and takes its place.
    private func intact(_ id: MaskID, for tenant: Tenant) throws -> Answer? {
        do {
            return try stored(id, for: tenant)
        } catch let error as StoreError {
            guard case .maskDamaged = error else { throw error }
            logger.error("\(error); it is made anew now")
            return nil
        }
    }

    /// What the store has under an id that the tenant may see; nil where it has nothing.
    func stored(_ id: MaskID, for tenant: Tenant) throws -> Answer? {
        guard let record = try store.mask(id, for: tenant) else { return nil }
        if store.takeRecencyDue() { _ = writes.submit { [store] in store.writeRecency() } }
        return Answer(record: record, cached: true, groundTruth: try store.groundTruth(of: id))
    }

    /// Runs `work` on the threads that read the store; nil becomes a 404.
    func read<T: Sendable>(
        for client: ClientIdentity, _ completion: @escaping @Sendable (Result<T, any Error>) -> Void,
        _ work: @escaping @Sendable () throws -> T?
    ) {
        find(on: reads, for: client, completion, work)
    }

    /// As `read`, on the threads that write.
    func write<T: Sendable>(
        for client: ClientIdentity, _ completion: @escaping @Sendable (Result<T, any Error>) -> Void,
        _ work: @escaping @Sendable () throws -> T?
    ) {
        find(on: writes, for: client, completion, work)
    }

    private func find<T: Sendable>(
        on pool: WorkerPool, for client: ClientIdentity,
        _ completion: @escaping @Sendable (Result<T, any Error>) -> Void, _ work: @escaping @Sendable () throws -> T?
    ) {
        perform(on: pool, for: client, completion) {
            guard let value = try work() else { throw MaskService.unknownMask }
            completion(.success(value))
        }
    }

    static let unknownMask = Problem(
        .notFound, "There is no such mask, or it was evicted; POST the image again.")

    /// Queues `work`; whatever it throws, and a full queue, becomes a failure.
    func perform<T>(
        on pool: WorkerPool, for client: ClientIdentity,
        _ completion: @escaping @Sendable (Result<T, any Error>) -> Void,
        _ work: @escaping @Sendable () throws -> Void
    ) {
        pool.perform(for: client, onFailure: { completion(.failure($0)) }, work)
    }

    /// Whether the store takes writes.
    let readiness: StoreReadiness

    /// Whether a request that needs the network would be taken now.
    var isReady: Bool { inference.depth < inference.capacity }
}
