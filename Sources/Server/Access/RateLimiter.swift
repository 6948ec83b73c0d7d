import Synchronization

/// A token bucket for each client: so many requests a second on average, and so many at once.
public final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var filled: ContinuousClock.Instant
    }

    private struct State {
        var buckets: [ClientKey: Bucket] = [:]
        var swept: ContinuousClock.Instant?
    }

    /// Requests a second.
    let rate: Double
    private let burst: Double
    private let maximumClients: Int
    private let state = Mutex(State())

    /// How often at most the table is searched for clients that can be forgotten.
    private static let sweepInterval = Duration.seconds(1)

    /// - Parameters:
    ///   - rate: requests a second, above 0.
    ///   - burst: requests at once, at least 1.
    ///   - maximumClients: buckets kept; clients beyond that share one.
    public init(rate: Double, burst: Int, maximumClients: Int = 10_000) {
        self.rate = rate
        self.burst = Double(burst)
        self.maximumClients = maximumClients
    }

    /// Takes one request from the client's bucket.
    /// - Returns: nil when it was there, else how long to wait for it.
    func take(_ client: ClientIdentity, now: ContinuousClock.Instant) -> Duration? {
        state.withLock { state in
            var key = ClientKey(client)
            if state.buckets[key] == nil, state.buckets.count >= maximumClients {
                sweep(&state, now: now)
                if state.buckets.count >= maximumClients { key = .others }
            }
            var bucket = state.buckets[key] ?? Bucket(level: burst, filled: now)
            bucket.level = level(of: bucket, now: now)
            bucket.filled = now
            let isThere = bucket.level >= 1
            if isThere { bucket.level -= 1 }
            state.buckets[key] = bucket
            return isThere ? nil : .seconds((1 - bucket.level) / rate)
        }
    }

    var clientCount: Int { state.withLock { $0.buckets.count } }

    private func level(of bucket: Bucket, now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.level + max(0, (now - bucket.filled) / .seconds(1)) * rate)
    }

    /// Forgets clients whose bucket is full again: to them it makes no difference.
    private func sweep(_ state: inout State, now: ContinuousClock.Instant) {
        if let swept = state.swept, now - swept < Self.sweepInterval { return }
        state.swept = now
        state.buckets = state.buckets.filter { level(of: $0.value, now: now) < burst }
    }
}
