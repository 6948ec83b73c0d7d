import Dispatch
import Foundation
import Logging
import Synchronization

/// An HTTP/1.1 server on non-blocking sockets and Dispatch sources.
///
/// Life: `init`, `start` once, `drain` once. What it does with requests is the responder's matter.
public final class HTTPServer: Sendable {
    private enum Life {
        case idle
        case running(Listener)
        case draining(waiting: [@Sendable (DrainOutcome) -> Void], forced: Bool)
        case stopped(DrainOutcome)

        var isIdle: Bool { if case .idle = self { true } else { false } }
    }

    /// How a graceful stop ended.
    public enum DrainOutcome: Sendable, Equatable {
        /// Everything in flight was finished.
        case finished
        /// Connections were still open at the deadline and were cut.
        case deadlinePassed
    }

    private let host: String
    private let port: UInt16
    private let limits: ServerLimits
    private let logger: Logger
    private let slots: ConnectionSlots
    private let services: ConnectionServices
    private let lanes: [Lane]
    private let responder: any Responder
    private let life = Mutex(Life.idle)
    private let accepted = Atomic(0)
    private let controlQueue = DispatchQueue(label: "server.control")

    /// - Parameters:
    ///   - host: IPv4 or IPv6 literal, or `localhost`.
    ///   - port: 0 picks a free one.
    ///   - onExchange: called once for every request answered, on a connection's queue: return at once.
    public init(
        host: String, port: UInt16, limits: ServerLimits = ServerLimits(), responder: any Responder, logger: Logger,
        onExchange: (@Sendable (Exchange) -> Void)? = nil
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.logger = logger
        self.responder = responder
        slots = ConnectionSlots(limits: limits, descriptorLimit: DescriptorLimit.current)
        services = ConnectionServices(
            responder: responder, slots: slots, limits: limits, logger: logger, onExchange: onExchange)
        lanes = (0..<max(1, limits.lanes)).map(Lane.init)
    }

    /// Connections open now, those being refused included.
    public var connectionCount: Int { slots.count }

    /// What its connections take now, and what was refused since the start.
    public var traffic: TrafficFigures {
        TrafficFigures(
            connections: .init(value: slots.count, limit: slots.served),
            streams: .init(value: services.streams.count, limit: services.streams.limit),
            bodyBytes: .init(value: services.bodies.used, limit: services.bodies.rules.limit),
            answerBytes: .init(value: services.answers.used, limit: services.answers.rules.limit),
            cutoffs: services.cutoffs.current)
    }

    /// Cuts off what the responder would not admit any more: to be called when tokens have changed.
    public func recheck() { lanes.forEach { $0.recheck() } }

    /// Binds and starts accepting.
    /// - Returns: the address bound, with the port the system chose.
    /// - Throws: `SocketError`.
    public func start() throws -> SocketAddress {
        let listener = try Listener(
            SocketAddress(host: host, port: port), backlog: limits.backlog, logger: logger,
            hasRoom: { [slots] in slots.hasRoom },
            onAccept: { [weak self] descriptor, peer in
                guard let self else {
                    Glibc.close(descriptor)
                    return
                }
                adopt(descriptor, peer: peer)
            })
        life.withLock { life in
            precondition(life.isIdle, "a server is started once")
            life = .running(listener)
        }
        listener.start()
        return listener.address
    }

    /// Stops gracefully: refuses new connections, closes idle ones, answers what is in flight with `Connection:
    /// close`, and cuts what is left at the deadline.
    /// - Parameter completion: called once, when no connection is left; at once when the server is not running.
    public func drain(within deadline: Duration, completion: @escaping @Sendable (DrainOutcome) -> Void) {
        let (listener, outcome): (Listener?, DrainOutcome?) = life.withLock { life in
            switch life {
            case .idle:
                life = .stopped(.finished)
                return (nil, .finished)
            case .running(let listener):
                life = .draining(waiting: [completion], forced: false)
                return (listener, nil)
            case .draining(let waiting, let forced):
                life = .draining(waiting: waiting + [completion], forced: forced)
                return (nil, nil)
            case .stopped(let outcome):
                return (nil, outcome)
            }
        }
        if let outcome { return completion(outcome) }
        guard let listener else { return }
        listener.stop()
        lanes.forEach { $0.drain() }
        let nanoseconds = Int(clamping: Int64(deadline / .nanoseconds(1)))
        controlQueue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.force() }
        finishIfEmpty()
    }

    /// `drain(within:completion:)` for callers in async code.
    public func drain(within deadline: Duration) async -> DrainOutcome {
        await withCheckedContinuation { continuation in
            drain(within: deadline) { continuation.resume(returning: $0) }
        }
    }

    // MARK: - Connections

    private func adopt(_ descriptor: Int32, peer: SocketAddress?) {
        let isProxy = peer.map(responder.speaksForOthers) ?? false
        let client = isProxy ? nil : peer.map { ClientKey(ClientIdentity(address: $0.host)) }
        let place: ConnectionSlots.Place
        var refusal: BudgetRefusal?
        switch slots.take(for: client) {
        case .serve(let taken):
            place = taken
        case .limit(let taken, let reason):
            place = taken
            refusal = reason
        case .drop(let reason):
            return turnAway(descriptor, services.problem(.connections, reason))
        }
        Descriptor.configureConnection(descriptor)
        let index = accepted.wrappingAdd(1, ordering: .relaxed).oldValue
        let lane = lanes[index % lanes.count]
        lane.adopt(
            Connection(
                descriptor: descriptor, peer: peer, lane: lane, services: services, refusal: refusal,
                onRelease: { [weak self] in self?.connectionReleased(place) }))
    }

    /// Tells a client what is wrong as far as one write goes, and closes: it already has all the places it may have.
    private func turnAway(_ descriptor: Int32, _ problem: Problem) {
        let answer = services.answer(problem)
        _ = answer.withUnsafeBytes { Descriptor.write(descriptor, $0) }
        shutdown(descriptor, Int32(SHUT_WR))
        Glibc.close(descriptor)
    }

    private func connectionReleased(_ place: ConnectionSlots.Place) {
        let (left, madeRoom) = slots.release(place)
        if madeRoom, case .running(let listener) = life.withLock({ $0 }) { listener.resume() }
        if left == 0 { finishIfEmpty() }
    }

    private func force() {
        life.withLock { life in
            if case .draining(let waiting, _) = life { life = .draining(waiting: waiting, forced: true) }
        }
        lanes.forEach { $0.closeAll() }
    }

    private func finishIfEmpty() {
        guard slots.count == 0 else { return }
        let (waiting, outcome): ([@Sendable (DrainOutcome) -> Void], DrainOutcome) = life.withLock { life in
            guard case .draining(let waiting, let forced) = life else { return ([], .finished) }
            let outcome = forced ? DrainOutcome.deadlinePassed : .finished
            life = .stopped(outcome)
            return (waiting, outcome)
        }
        waiting.forEach { $0(outcome) }
    }
}
