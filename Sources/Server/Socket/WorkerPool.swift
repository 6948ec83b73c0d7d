import Foundation

/// A fixed number of threads that work off a bounded first-in first-out queue: for decoding, inference and SQLite,
/// which must never run on a connection's queue.
///
/// Own threads and not a Dispatch queue: Dispatch starts and counts threads as it sees fit, and reacts badly to many
/// blocked ones.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
public final class WorkerPool: @unchecked Sendable {
    public typealias Job = @Sendable () -> Void

    /// Jobs that may wait; those being worked on are not counted.
    public let capacity: Int
    public let threads: Int
    private let condition = NSCondition()
    private var waiting: [Job] = []
    /// Index of the first job still waiting; those before it have been taken.
    private var head = 0
    private var runningJobs = 0
    private var liveThreads: Int
    private var isShutDown = false

    /// - Parameters:
    ///   - name: of the threads, for debuggers.
    ///   - stackSize: bytes a thread.
    public init(threads: Int, capacity: Int, name: String, stackSize: Int = 8 << 20) {
        precondition(threads > 0 && capacity > 0, "a worker pool needs a thread and room for a job")
        self.threads = threads
        self.capacity = capacity
        liveThreads = threads
        for index in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "\(name)-\(index)"
            thread.stackSize = stackSize
            thread.start()
        }
    }

    /// Jobs waiting.
    public var depth: Int { condition.withLock { waiting.count - head } }
    /// Jobs being worked on.
    public var running: Int { condition.withLock { runningJobs } }

    /// Queues a job.
    /// - Returns: false, without taking the job, when the queue is full or the pool is shut down.
    public func submit(_ job: @escaping Job) -> Bool {
        condition.withLock {
            guard !isShutDown, waiting.count - head < capacity else { return false }
            waiting.append(job)
            condition.signal()
            return true
        }
    }

    /// Takes no more jobs, and returns when the last thread has ended. Not to be called from a job.
    /// - Parameter droppingQueue: whether what is queued is dropped instead of worked off.
    public func shutdown(droppingQueue: Bool = false) {
        // Released only after the lock: a job may hold what calls back when it goes.
        let dropped: [Job] = condition.withLock {
            isShutDown = true
            guard droppingQueue else { return [] }
            defer { (waiting, head) = ([], 0) }
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
            while waiting.count == head {
                if isShutDown { return nil }
                condition.wait()
            }
            let job = waiting[head]
            head += 1
            if head > waiting.count / 2 {
                waiting.removeFirst(head)
                head = 0
            }
            runningJobs += 1
            return job
        }
    }
}
