import Foundation

/// A fixed number of threads that work off a bounded queue: for decoding, inference and SQLite, which must never run on
/// a connection's queue.
///
/// Clients take turns, each with its own jobs first in first out, and none may fill the queue alone: whoever asks for
/// little is served soon, however much others ask for.
///
/// Own threads and not a Dispatch queue: Dispatch starts and counts threads as it sees fit, and reacts badly to many
/// blocked ones.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
public final class WorkerPool: @unchecked Sendable {
    public typealias Job = @Sendable () -> Void

    /// Jobs that may wait; those being worked on are not counted.
    public let capacity: Int
    /// Jobs of one client that may wait.
    public let clientCapacity: Int
    public let threads: Int
    private let condition = NSCondition()
    /// Of each client that has any.
    private var waiting: [ClientKey: FIFO<Job>] = [:]
    private var waitingJobs = 0
    /// Each client with jobs once, in the order of their turns.
    private var turns = FIFO<ClientKey>()
    private var runningJobs = 0
    private var liveThreads: Int
    private var isShutDown = false

    /// - Parameters:
    ///   - clientCapacity: jobs of one client that may wait; nil lets one client have all places.
    ///   - name: of the threads, for debuggers.
    ///   - stackSize: bytes per thread.
    public init(threads: Int, capacity: Int, clientCapacity: Int? = nil, name: String, stackSize: Int = 8 << 20) {
        precondition(threads > 0 && capacity > 0, "a worker pool needs a thread and room for a job")
        self.threads = threads
        self.capacity = capacity
        self.clientCapacity = min(capacity, max(1, clientCapacity ?? capacity))
        liveThreads = threads
        for index in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "\(name)-\(index)"
            thread.stackSize = stackSize
            thread.start()
        }
    }

    /// Jobs waiting.
    public var depth: Int { condition.withLock { waitingJobs } }
    /// Jobs being worked on.
    public var running: Int { condition.withLock { runningJobs } }

    /// What became of a job that was handed in.
    public enum Submission: Sendable, Equatable {
        case taken
        /// All places are taken, or the pool is shut down.
        case full
        /// The client has as many places as one client may have.
        case clientFull
    }

    /// Queues a job; one that is not taken is released.
    public func submit(for client: ClientKey = .others, _ job: @escaping Job) -> Submission {
        condition.withLock {
            guard !isShutDown, waitingJobs < capacity else { return .full }
            let own = waiting[client]?.count ?? 0
            guard own < clientCapacity else { return .clientFull }
            if own == 0 { turns.append(client) }
            // In place: a copy would cost as much as the queue is long.
            waiting[client, default: FIFO()].append(job)
            waitingJobs += 1
            condition.signal()
            return .taken
        }
    }

    /// Takes no more jobs, and returns when the last thread has ended. Not to be called from a job.
    /// - Parameter droppingQueue: whether what is queued is dropped instead of worked off.
    public func shutdown(droppingQueue: Bool = false) {
        // Released only after the lock: a job may hold what calls back when it goes.
        let dropped: [ClientKey: FIFO<Job>] = condition.withLock {
            isShutDown = true
            guard droppingQueue else { return [:] }
            defer { (waiting, waitingJobs, turns) = ([:], 0, FIFO()) }
            return waiting
        }
        withExtendedLifetime(dropped) {}
        condition.withLock {
            condition.broadcast()
            while liveThreads > 0 { condition.wait() }
        }
    }

    private func work() {
        while let job = next() {
            job()
            condition.withLock { runningJobs -= 1 }
        }
        condition.withLock {
            liveThreads -= 1
            condition.broadcast()
        }
    }

    private func next() -> Job? {
        condition.withLock {
            while waitingJobs == 0 {
                if isShutDown { return nil }
                condition.wait()
            }
            guard let client = turns.popFirst(), let job = waiting[client]?.popFirst() else { return nil }
            waitingJobs -= 1
            if waiting[client]?.isEmpty == false { turns.append(client) } else { waiting[client] = nil }
            runningJobs += 1
            return job
        }
    }
}
