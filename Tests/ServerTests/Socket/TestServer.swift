import Dispatch
import Foundation
import HTTPTypes
import Logging
import Synchronization
import TestSupport

@testable import Server

/// A server on a free port with a few routes that misbehave on request. Stops when it is released.
final class TestServer: Sendable {
    let address: SocketAddress
    let server: HTTPServer
    private let held: HeldReplies
    let exchanges: Exchanges

    /// - Parameter responder: stands before the routes; nil is the routes themselves.
    static func make(
        _ change: (inout ServerLimits) -> Void = { _ in }, host: String = "127.0.0.1",
        responder: ((Router) throws -> any Responder)? = nil
    ) throws -> TestServer {
        var limits = ServerLimits()
        limits.lingerIdleTimeout = .milliseconds(200)
        change(&limits)
        return try TestServer(limits: limits, host: host, responder: responder)
    }

    private init(limits: ServerLimits, host: String, responder: ((Router) throws -> any Responder)?) throws {
        let held = HeldReplies()
        let exchanges = Exchanges()
        self.held = held
        self.exchanges = exchanges
        server = HTTPServer(
            host: host, port: 0, limits: limits, responder: try responder?(Self.router(held)) ?? Self.router(held),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onExchange: { exchanges.add($0) })
        address = try server.start()
    }

    deinit { server.drain(within: .zero) { _ in } }

    /// - Parameter source: the address it comes from, one of 127.0.0.0/8.
    func client(from source: String? = nil, receiveBuffer: Int32? = nil) throws -> TestClient {
        try TestClient(address, from: source, receiveBuffer: receiveBuffer)
    }

    /// Bytes that streams were given so far.
    var producedBytes: Int { held.produced.value }

    /// Blocks until a request to `/wait` has arrived.
    func awaitHeldRequest() { held.arrived.wait() }

    /// Blocks until the connections take what the condition says.
    func awaitTraffic(_ condition: (TrafficFigures) -> Bool) throws {
        let patience = ContinuousClock.now + .seconds(30)
        while !condition(server.traffic) {
            guard ContinuousClock.now < patience else { throw Impatience(found: server.traffic) }
            sched_yield()
        }
    }

    struct Impatience: Error { let found: TrafficFigures }

    /// Answers the requests to `/wait` that have arrived.
    func releaseHeld() {
        for reply in held.replies.withLock({ replies in
            defer { replies = [] }
            return replies
        }) {
            reply(Response(body: Data("waited".utf8)))
        }
    }

    private static func router(_ held: HeldReplies) -> Router {
        var router = Router()
        router.on(.get, "/hello") { _, _, reply in reply(Response(.ok, "text/plain", Data("hello".utf8))) }
        router.on(.get, "/bytes/{count}") { _, parameters, reply in
            reply(Response(body: Data(repeating: 0x61, count: try parameters.value("count"))))
        }
        router.on(.post, "/echo", maximumBodyBytes: 1 << 20) { request, _, reply in
            reply(Response(body: request.body))
        }
        router.on(.get, "/wait") { _, _, reply in
            held.replies.withLock { $0.append(reply) }
            held.arrived.signal()
        }
        router.on(.get, "/healthz", access: .healthCheck) { _, _, reply in reply(Response()) }
        router.on(.get, "/events") { _, _, reply in
            reply(Response(stream: BodyStream(length: nil, isEndless: true, source: SilentSource())))
        }
        router.on(.get, "/drop") { _, _, _ in }
        router.on(.get, "/twice") { _, _, reply in
            reply(Response(body: Data("first".utf8)))
            reply(Response(body: Data("second".utf8)))
        }
        router.on(.get, "/stream/{chunks}") { _, parameters, reply in
            let source = CountingSource(chunks: try parameters.value("chunks"), produced: held.produced)
            reply(Response(stream: BodyStream(length: nil, source: source)))
        }
        return router
    }
}

final class HeldReplies: Sendable {
    let replies = Mutex<[Router.Reply]>([])
    let arrived = DispatchSemaphore(value: 0)
    let produced = Counter()
}

/// Bytes that sources gave.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add(_ more: Int) { count.withLock { $0 += more } }
}

/// The exchanges a server has reported, in order.
final class Exchanges: Sendable {
    private let list = Mutex<[Exchange]>([])
    private let count = DispatchSemaphore(value: 0)

    func add(_ exchange: Exchange) {
        list.withLock { $0.append(exchange) }
        count.signal()
    }

    /// Blocks until there is one more.
    func next() -> Exchange {
        count.wait()
        return list.withLock { $0.removeFirst() }
    }
}

/// Chunks of 64 KiB, answered from another thread than the one that asks; counts the bytes it gave.
final class CountingSource: BodySource {
    static let chunkSize = 64 * 1024

    private let left: Mutex<Int>
    private let produced: Counter
    private let queue = DispatchQueue(label: "test.source")

    init(chunks: Int, produced: Counter) {
        left = Mutex(chunks)
        self.produced = produced
    }

    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {
        queue.async { [self] in
            let isLast = left.withLock { left in
                left -= 1
                return left < 0
            }
            guard !isLast else { return deliver(.end) }
            produced.add(Self.chunkSize)
            deliver(.bytes(Data(repeating: 0x62, count: Self.chunkSize)))
        }
    }

    func finish() {}
}

/// Says one thing, and then nothing for as long as anybody listens.
final class SilentSource: BodySource {
    private let isFirst = Mutex(true)
    private let waiting = Mutex<(@Sendable (BodyChunk) -> Void)?>(nil)

    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {
        let isFirst = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
        }
        if isFirst { deliver(.bytes(Data("here".utf8))) } else { waiting.withLock { $0 = deliver } }
    }

    func finish() { waiting.withLock { $0 = nil } }
}

extension TestClient {
    /// - Parameters:
    ///   - source: the address it comes from; nil leaves it to the kernel.
    ///   - receiveBuffer: bytes the kernel may hold for this client; nil leaves it to the kernel.
    convenience init(_ address: SocketAddress, from source: String? = nil, receiveBuffer: Int32? = nil) throws {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, Int32(type), 0)
        self.init(descriptor: descriptor)
        if let source {
            let own = try SocketAddress(host: source, port: 0)
            guard own.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
                throw SocketError.system(call: "bind", code: errno)
            }
        }
        if let receiveBuffer { Descriptor.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else {
            throw SocketError.system(call: "connect", code: errno)
        }
    }
}
