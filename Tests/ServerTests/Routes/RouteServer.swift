import Dispatch
import Engine
import Foundation
import Logging
import Store
import TestSupport

@testable import Server

/// The whole service in this process, on a free port: the embedded model, a temporary store. Stops when released.
final class RouteServer: Sendable {
    static let model = Result { try Model.embedded() }
    /// One network for all servers.
    static let pipeline = Result { Pipeline(model: try model.get(), threads: 2) }

    let store: Store
    let service: MaskService
    private let server: HTTPServer
    private let address: SocketAddress

    static func make(
        maximumPixels: Int? = nil, limits: RequestLimits = RequestLimits(), queueCapacity: Int = 64
    ) throws -> RouteServer {
        let pipeline =
            try maximumPixels.map {
                Pipeline(model: try model.get(), threads: 2, decoder: ImageDecoder(maximumPixels: $0))
            } ?? pipeline.get()
        return try RouteServer(
            InProcessEngine(pipeline), decoder: pipeline.decoder, limits: limits, queueCapacity: queueCapacity)
    }

    /// - Parameter storeLimit: bytes; nil takes the standard.
    static func make(
        engine: any LabelingEngine, queueCapacity: Int = 64, storeLimit: Int? = nil
    ) throws -> RouteServer {
        try RouteServer(
            engine, decoder: ImageDecoder(), limits: RequestLimits(), queueCapacity: queueCapacity,
            storeLimit: storeLimit)
    }

    private init(
        _ engine: any LabelingEngine, decoder: ImageDecoder, limits: RequestLimits, queueCapacity: Int,
        storeLimit: Int? = nil
    ) throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        store = try Store.openTemporary(limitBytes: storeLimit ?? Store.defaultLimitBytes)
        service = MaskService(
            models: ServedModels(try ServedModel(RouteServer.model.get(), engine: engine)), decoder: decoder,
            store: store, queueCapacity: queueCapacity, logger: logger)
        server = HTTPServer(
            host: "127.0.0.1", port: 0, responder: API.router(service, limits: limits),
            logger: logger, onExchange: { [metrics = service.metrics] in metrics.record($0) })
        address = try server.start()
    }

    deinit {
        server.drain(within: .zero) { _ in }
        service.shutdown()
        store.close()
    }

    /// Keeps the server.
    func client() throws -> TestClient {
        let client = try TestClient(port: address.port)
        client.server = self
        return client
    }

    /// Occupies every thread of inference until the returned call.
    func holdInference() -> @Sendable () -> Void {
        let isHeld = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        for _ in 0..<service.inference.threads {
            _ = service.inference.submit {
                isHeld.signal()
                release.wait()
            }
            isHeld.wait()
        }
        return { [threads = service.inference.threads] in for _ in 0..<threads { release.signal() } }
    }
}
