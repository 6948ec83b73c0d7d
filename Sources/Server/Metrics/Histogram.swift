/// How often a value was at most each bound, as Prometheus counts it.
struct Histogram: Sendable, Equatable {
    /// Ascending, without the last one, infinity.
    let bounds: [Double]
    /// Values in (bound before, bound]; the last are over all bounds.
    private(set) var counts: [Int]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    /// Seconds, from answers out of memory to pictures that take long.
    static let seconds = Histogram(bounds: [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ])

    mutating func add(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    var count: Int { counts.reduce(0, +) }
}
