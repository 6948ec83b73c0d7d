import Synchronization

/// Works through numbered items on several threads that take them one by one.
public enum ParallelItems {
    /// - Parameters:
    ///   - threads: at most; at least one.
    ///   - progress: called after each item with the number of those done; one call at a time, from any of the threads.
    ///   - body: does item `index`.
    /// - Throws: the first error of `body`; after it no further item is begun.
    public static func forEach(
        count: Int, threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil,
        _ body: @escaping @Sendable (_ index: Int) throws -> Void
    ) throws {
        guard count > 0 else { return }
        let next = Atomic<Int>(0)
        let state = Mutex<(done: Int, failure: (any Error)?)>((0, nil))
        ThreadTeam(size: max(1, min(threads, count))).run { _ in
            while state.withLock({ $0.failure == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do {
                    try body(index)
                    state.withLock {
                        $0.done += 1
                        progress?($0.done, count)
                    }
                } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
