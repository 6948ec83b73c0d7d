import Crypto
import Dispatch
import Engine
import Foundation
import Logging
import Store
import TestSupport

@testable import Server

/// The service with its jobs in this process, on a free port: a stub of the engine unless told otherwise, a temporary
/// store. Stops when released.
final class JobServer: Sendable {
    let engine: StubEngine
    let store: Store
    let service: MaskService
    let jobs: JobService
    let server: HTTPServer
    private let address: SocketAddress

    /// - Parameters:
    ///   - isWorking: whether queued items are begun; else `jobs.start()` has to be called.
    ///   - retention: seconds after which ended jobs go.
    ///   - tokens: whoever has none of them is refused; `isShared` as of the gatekeeper.
    ///   - realEngine: takes the place of the stub.
    ///   - onError: called with what jobs log as errors.
    static func make(
        isWorking: Bool = true, limits: RequestLimits = RequestLimits(), serverLimits: ServerLimits = ServerLimits(),
        retention: Int? = nil, tokens: TestTokens? = nil, isShared: Bool = false,
        webhooks: WebhookPolicy = .none, transport: (any WebhookTransport)? = nil, webhookWait: Duration = .seconds(1),
        realEngine: (any LabelingEngine)? = nil, onError: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> JobServer {
        try JobServer(
            isWorking: isWorking, limits: limits, serverLimits: serverLimits, retention: retention, tokens: tokens,
            isShared: isShared, webhooks: webhooks, transport: transport,
            webhookWait: webhookWait, realEngine: realEngine, onError: onError)
    }

    private init(
        isWorking: Bool, limits: RequestLimits, serverLimits: ServerLimits, retention: Int?, tokens: TestTokens?,
        isShared: Bool, webhooks: WebhookPolicy,
        transport: (any WebhookTransport)?, webhookWait: Duration, realEngine: (any LabelingEngine)?,
        onError: @escaping @Sendable (String) -> Void
    ) throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = StubEngine()
        self.engine = engine
        store = try .openTemporary()
        service = MaskService(
            models: ServedModels(try ServedModel(RouteServer.model.get(), engine: realEngine ?? engine)),
            decoder: ImageDecoder(), store: store, queueCapacity: 64, logger: logger)
        jobs = JobService(
            store: store, models: service.models, reads: service.reads, writes: service.writes, limits: limits,
            retention: retention, webhooks: webhooks, transport: transport, webhookWait: webhookWait, metrics: service.metrics,
            logger: Logger(label: "test") { _ in ErrorLog(onError) })
        let router = API.router(service, jobs: jobs, limits: limits)
        server = HTTPServer(
            host: "127.0.0.1", port: 0, limits: serverLimits,
            responder: try tokens.map { try $0.gatekeeper(router, isShared: isShared) } ?? router, logger: logger)
        address = try server.start()
        if isWorking { jobs.start() }
    }

    deinit {
        server.drain(within: .zero) { _ in }
        jobs.shutdown(abandoning: true)
        service.shutdown(droppingQueue: true)
        store.close()
    }

    /// Keeps the server.
    func client() throws -> TestClient {
        let client = try TestClient(port: address.port)
        client.server = self
        return client
    }

    /// Blocks until the job is as `condition` says.
    @discardableResult
    func await(_ id: String, _ condition: (JobRecord) -> Bool) throws -> JobRecord {
        guard let id = JobID(rawValue: id) else { throw Failure(description: "no id: \(id)") }
        let watcher = Watcher()
        defer { jobs.events.leave(id, watcher: watcher) }
        while true {
            let seen = jobs.events.change(of: id)
            guard let job = try store.job(id) else { throw Failure(description: "the job has gone") }
            if condition(job) { return job }
            jobs.events.wait(for: id, after: seen, watcher: watcher) { _ in watcher.changed.signal() }
            guard watcher.changed.wait(timeout: .now() + 30) == .success else {
                throw Failure(description: "the job stays as it is: \(job.counts)")
            }
        }
    }

    /// Blocks until the job has ended.
    @discardableResult
    func awaitEnd(_ id: String) throws -> JobRecord { try self.await(id) { $0.hasEnded } }

    private final class Watcher: Sendable {
        let changed = DispatchSemaphore(value: 0)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

/// Bytes that pass for a JPEG until they are decoded, different for each number.
func stubPicture(_ number: Int) -> Data { Data([0xFF, 0xD8, 0xFF]) + Data("picture \(number)".utf8) }

func sha256(_ bytes: Data) -> String { SHA256.hash(data: bytes).hexDigits }

/// An item of a job as it is posted.
func item(_ name: String, _ picture: Data, labels: [String]? = ["cat"]) -> [String: Any] {
    var item: [String: Any] = ["name": name, "sha256": sha256(picture)]
    item["labels"] = labels
    return item
}

/// Items "0", "1", … of the pictures with these numbers.
func items(_ numbers: Range<Int>) -> [[String: Any]] { numbers.map { item("\($0)", stubPicture($0)) } }

func imageDigest(_ picture: Data) throws -> ContentDigest {
    try ContentDigest(rawValue: sha256(picture)) ?? { throw JobServer.Failure(description: "no digest") }()
}

func maskID(_ text: String?) throws -> MaskID {
    try text.flatMap(MaskID.init(rawValue:)) ?? { throw JobServer.Failure(description: "no mask: \(text ?? "nil")") }()
}

extension JobServer {
    /// The job as the store has it.
    func record(_ id: String) throws -> JobRecord {
        try JobID(rawValue: id).flatMap { try store.job($0) } ?? { throw Failure(description: "no job \(id)") }()
    }
}
