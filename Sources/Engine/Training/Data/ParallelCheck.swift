import Synchronization

/// Looks at many files on several threads.
enum ParallelCheck {
    /// - Parameters:
    ///   - progress: called after each item with the number of those done; one call at a time.
    ///   - check: what is wrong with item `index`, nil for nothing.
    /// - Returns: the problems in the order of the items, whatever thread found them.
    static func problems(
        count: Int, threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?,
        check: @escaping @Sendable (_ index: Int) -> String?
    ) -> [String] {
        let found = Mutex([Int: String]())
        // The body throws nothing.
        try? ParallelItems.forEach(count: count, threads: threads, progress: progress) { index in
            if let problem = check(index) { found.withLock { $0[index] = problem } }
        }
        return found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    }
}
