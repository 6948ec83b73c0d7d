import Dispatch
import Foundation

/// One serial queue that many connections share, with their timers and a buffer to read into.
///
/// A few lanes carry all connections: thousands of queues would exhaust Dispatch's threads. Everything except `init`,
/// `adopt`, `drain`, `recheck` and `closeAll` runs on `queue`.
///
/// `@unchecked Sendable`: the mutable state is only touched on the serial `queue`.
final class Lane: @unchecked Sendable {
    static let readSize = 64 * 1024
    /// Deadlines are served at most this much late, so that many of them share one wake-up.
    private static let timerGranularity = Duration.milliseconds(10)

    let queue: DispatchQueue
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readSize, alignment: 16)
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var timer: PausableSource?
    private let timerSource: any DispatchSourceTimer
    private var scheduled: ContinuousClock.Instant?
    private var isDraining = false

    init(index: Int) {
        queue = DispatchQueue(label: "server.lane.\(index)")
        timerSource = DispatchSource.makeTimerSource(queue: queue)
        timer = PausableSource(
            timerSource, onEvent: { [weak self] in self?.serveDeadlines() }, onCancel: {})
    }

    deinit {
        timer?.cancel()
        readBuffer.deallocate()
    }

    /// Takes a connection in and starts it.
    func adopt(_ connection: Connection) {
        queue.async { [self] in
            connections[ObjectIdentifier(connection)] = connection
            connection.start()
            if isDraining { connection.drain() }
        }
    }

    func release(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    func drain() {
        queue.async { [self] in
            isDraining = true
            connections.values.forEach { $0.drain() }
        }
    }

    func closeAll() {
        queue.async { [self] in connections.values.forEach { $0.abandon() } }
    }

    /// Has every connection ask whether its request may go on.
    func recheck() {
        queue.async { [self] in connections.values.forEach { $0.recheck() } }
    }

    /// Makes sure that `serveDeadlines` runs when this deadline has come.
    func note(_ deadline: ContinuousClock.Instant) {
        if let scheduled, scheduled <= deadline { return }
        schedule(deadline)
    }

    private func schedule(_ deadline: ContinuousClock.Instant) {
        scheduled = deadline
        let wait = max(.zero, deadline - .now) + Self.timerGranularity
        let (seconds, attoseconds) = wait.components
        let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        timerSource.schedule(deadline: .now() + .nanoseconds(nanoseconds), leeway: .milliseconds(5))
    }

    private func serveDeadlines() {
        scheduled = nil
        let now = ContinuousClock.now
        var earliest: ContinuousClock.Instant?
        for connection in connections.values {
            connection.checkDeadline(now)
            guard let deadline = connection.deadline else { continue }
            earliest = earliest.map { min($0, deadline) } ?? deadline
        }
        if let earliest { note(earliest) }
    }
}
