import Synchronization

/// What a server's connections take now, with the limits, and what was refused since the start.
public struct TrafficFigures: Sendable {
    struct Gauge: Sendable {
        let value: Int
        let limit: Int
    }

    let connections: Gauge
    let streams: Gauge
    let bodyBytes: Gauge
    let answerBytes: Gauge
    let cutoffs: [(reason: Cutoff, count: Int)]
}

/// Counts cutoffs by their reasons.
final class CutoffCounts: Sendable {
    private let counts = Mutex([Int](repeating: 0, count: Cutoff.allCases.count))

    func add(_ reason: Cutoff) {
        guard let index = Cutoff.allCases.firstIndex(of: reason) else { return }
        counts.withLock { $0[index] += 1 }
    }

    /// All reasons, also those that never were.
    var current: [(reason: Cutoff, count: Int)] {
        Array(zip(Cutoff.allCases, counts.withLock { $0 })).map { (reason: $0.0, count: $0.1) }
    }
}
