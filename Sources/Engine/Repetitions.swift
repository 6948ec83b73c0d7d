/// Wall-clock time of something done again and again.
enum Repetitions {
    /// - Parameter uncounted: how often it is done first, to warm up caches.
    /// - Returns: seconds of each of `count` times.
    static func seconds(_ count: Int, uncounted: Int, _ body: () -> Void) -> [Double] {
        for _ in 0..<uncounted { body() }
        return (0..<count).map { _ in
            let start = ContinuousClock.now
            body()
            return (ContinuousClock.now - start) / .seconds(1)
        }
    }
}
