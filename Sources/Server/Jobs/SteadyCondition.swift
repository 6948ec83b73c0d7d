import Foundation

/// A lock and a condition whose timed waits follow the monotonic clock.
///
/// `NSCondition`, `DispatchSemaphore` and their kin wait until a time of day: where the clock is set back by a year
/// meanwhile, a wait of a second takes a year.
///
/// `@unchecked Sendable`: made to be shared; the pointers never change.
final class SteadyCondition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    func broadcast() { pthread_cond_broadcast(condition) }

    /// With the lock held. May return without a broadcast.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// With the lock held. May return without a broadcast.
    /// - Returns: false once the instant has come.
    func wait(until instant: ContinuousClock.Instant) -> Bool {
        let rest = (instant - .now).components
        guard rest.seconds >= 0, rest.attoseconds >= 0 else { return false }
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = end.tv_nsec + Int(rest.attoseconds / 1_000_000_000)
        end.tv_sec += Int(rest.seconds) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        return pthread_cond_timedwait(condition, mutex, &end) != ETIMEDOUT
    }
}
