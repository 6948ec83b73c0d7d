import Foundation

/// A lock with a condition whose waits are measured by the monotonic clock. NSCondition's end when the wall clock says
/// so: set back by an hour, that clock would turn a tenth of a second into an hour.
///
/// `@unchecked Sendable`: the two pointers never change, and pthread's calls on them may come from any thread.
public final class MonotonicCondition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public func withLock<T>(_ body: () throws -> T) rethrows -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Locked or not.
    public func broadcast() { pthread_cond_broadcast(condition) }

    /// Waits for a broadcast; may return earlier. Only with the lock held.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// As `wait()`, and no longer than this.
    func wait(atMost duration: Duration) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = duration.components
        let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
        var end = timespec(
            tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &end)
    }

    /// Waits until the instant has come, or `isAwaited` is false after a broadcast. Only with the lock held.
    public func wait(until instant: SuspendingClock.Instant, while isAwaited: () -> Bool) {
        while isAwaited(), SuspendingClock.now < instant { wait(atMost: instant - .now) }
    }
}
