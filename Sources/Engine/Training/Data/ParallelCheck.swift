import Synchronization

/// Looks at many files on several threads.
enum ParallelCheck {
    /// - Parameters:
    ///   - progress: called after each item with the number of those done; one call at a time.
    ///   - check: all that is wrong with item `index`.
    /// - Returns: the problems in the order of the items, whatever thread found them.
    static func problems(
        count: Int, threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?,
        check: @escaping @Sendable (_ index: Int) -> [String]
    ) -> [String] {
        let found = Mutex([Int: [String]]())
        // The body throws nothing.
        try? ParallelItems.forEach(count: count, threads: threads, progress: progress) { index in
            let problems = check(index)
            if !problems.isEmpty { found.withLock { $0[index] = problems } }
        }
        return found.withLock { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
    }
}
