import Dispatch
import Store
import Synchronization

/// Tells those who watch a job that something of it has changed. What changed they read from the store: nothing is
/// lost when many changes fall together, and a watcher that comes late misses none.
///
/// `@unchecked Sendable`: the state is in a mutex, and the timer is only touched by `init` and `deinit`.
final class JobEvents: @unchecked Sendable {
    /// Between two signs of life to a watcher of a job in which nothing happens.
    private static let heartbeat = DispatchTimeInterval.seconds(15)

    enum Wakeup: Sendable {
        case changed
        case heartbeat
        /// The server is stopping.
        case closed
    }

    private struct State {
        /// Number of the last change of each job that is watched. No number is given twice, so that a watcher whose job
        /// was forgotten meanwhile never takes a new one for the one it has seen.
        var lastChange = 0
        var changes: [JobID: Int] = [:]
        var waiting: [JobID: [ObjectIdentifier: @Sendable (Wakeup) -> Void]] = [:]
        var isClosed = false

        @discardableResult
        mutating func count(_ job: JobID) -> Int {
            lastChange += 1
            changes[job] = lastChange
            return lastChange
        }
    }

    private let state = Mutex(State())
    private let timer: any DispatchSourceTimer

    init() {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "jobs.heartbeat"))
        timer.setEventHandler { [weak self] in self?.wakeAll(.heartbeat) }
        timer.schedule(deadline: .now() + Self.heartbeat, repeating: Self.heartbeat, leeway: .seconds(1))
        timer.activate()
    }

    deinit { timer.cancel() }

    func changed(_ job: JobID) {
        let woken: [@Sendable (Wakeup) -> Void] = state.withLock { state in
            // Counted for watched jobs only: what nobody watches leaves no trace.
            guard state.changes[job] != nil else { return [] }
            state.count(job)
            return state.waiting.removeValue(forKey: job).map { Array($0.values) } ?? []
        }
        woken.forEach { $0(.changed) }
    }

    /// To be asked before the store is, and given to `wait` then.
    func change(of job: JobID) -> Int {
        state.withLock { state in
            state.changes[job] ?? state.count(job)
        }
    }

    /// Calls `wake` once: at the next change after `seen`, which may have come already.
    /// - Parameter watcher: may wait for one thing at a time.
    func wait(
        for job: JobID, after seen: Int, watcher: AnyObject, wake: @escaping @Sendable (Wakeup) -> Void
    ) {
        let id = ObjectIdentifier(watcher)
        let now: Wakeup? = state.withLock { state in
            if state.isClosed { return .closed }
            if state.changes[job] != seen { return .changed }
            state.waiting[job, default: [:]][id] = wake
            return nil
        }
        if let now { wake(now) }
    }

    /// The watcher waits no more.
    func leave(_ job: JobID, watcher: AnyObject) {
        state.withLock { state in
            state.waiting[job]?[ObjectIdentifier(watcher)] = nil
            if state.waiting[job, default: [:]].isEmpty {
                state.waiting[job] = nil
                state.changes[job] = nil
            }
        }
    }

    /// For tests.
    var watchedJobs: Int { state.withLock { max($0.changes.count, $0.waiting.count) } }

    /// Ends every wait, now and from now on: the server is stopping.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeAll(.closed)
    }

    private func wakeAll(_ wakeup: Wakeup) {
        let woken = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.values)
        }
        woken.forEach { $0(wakeup) }
    }
}
