import Store
import Synchronization

/// How fast jobs go: when their latest pictures were finished, held in memory. On the monotonic clock: one that jumps
/// changes nothing.
final class JobRates: Sendable {
    /// Pictures that a rate is taken over.
    private static let window = 50
    /// Jobs that are remembered: those that went on last.
    static let maximumJobs = 1000

    private let finishes = Mutex<[JobID: [ContinuousClock.Instant]]>([:])

    /// A picture of the job was worked on and is finished. Those from the cache do not count.
    func record(_ job: JobID) {
        finishes.withLock { finishes in
            if finishes[job] == nil, finishes.count >= JobRates.maximumJobs {
                let oldest = finishes.min { ($0.value.last ?? .now) < ($1.value.last ?? .now) }
                oldest.map { finishes[$0.key] = nil }
            }
            var instants = finishes[job, default: []]
            if instants.count > JobRates.window { instants.removeFirst() }
            instants.append(.now)
            finishes[job] = instants
        }
    }

    func forget(_ job: JobID) { finishes.withLock { $0[job] = nil } }

    /// Seconds that pictures count as having taken at least, while there are too few for a rate of a moment: two that end
    /// together are no thousand a second.
    private static let shortest = 1.0

    /// Pictures a second; nil until two are finished.
    /// - Parameter isGoingOn: then the time since the last one counts too: a job that is stuck is slow.
    func rate(of job: JobID, isGoingOn: Bool) -> Double? {
        finishes.withLock { finishes in
            guard let instants = finishes[job], instants.count > 1, let first = instants.first, let last = instants.last
            else { return nil }
            let seconds = ((isGoingOn ? .now : last) - first) / .seconds(1)
            let isFull = instants.count > JobRates.window
            return Double(instants.count - 1) / max(seconds, isFull ? 1e-3 : JobRates.shortest)
        }
    }
}
