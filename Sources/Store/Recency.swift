import Synchronization

/// Which masks were used last, held in memory until the next write, so that reading costs no write.
///
/// Counts uses instead of reading a clock. A crash loses what was not written yet: then a mask may be evicted too
/// early, never a promise broken.
final class Recency: Sendable {
    /// So many distinct masks read between two writes are to be written down.
    static let capacity = 4096
    /// More are not remembered: whoever reads never waits for the disk, and memory stays bounded all the same.
    private static let most = 4 * capacity

    private struct State {
        var uses: Int64
        var touched: [MaskID: Int64] = [:]
    }

    private let state: Mutex<State>
    private let isDue = Atomic<Bool>(false)

    /// - Parameter uses: the highest `lastUsed` in the database.
    init(uses: Int64) {
        state = Mutex(State(uses: uses))
    }

    /// The number of a use that is written down at once.
    func next() -> Int64 {
        state.withLock { state in
            state.uses += 1
            return state.uses
        }
    }

    func touch(_ id: MaskID) {
        state.withLock { state in
            state.uses += 1
            let isNew = state.touched[id] == nil
            if isNew && state.touched.count >= Self.most { return }
            state.touched[id] = state.uses
            if isNew && state.touched.count == Self.capacity { isDue.store(true, ordering: .relaxed) }
        }
    }

    /// Whether it is time to write the touches down; true once each time.
    func takeDue() -> Bool {
        // Looked at with every read: without a lock.
        isDue.load(ordering: .relaxed) && isDue.exchange(false, ordering: .relaxed)
    }

    /// All that is not written down yet.
    var pending: [MaskID: Int64] {
        state.withLock { $0.touched }
    }

    /// Forgets what was written down, except for masks used again since.
    func forget(_ written: [MaskID: Int64]) {
        state.withLock { state in
            for (id, use) in written where state.touched[id] == use {
                state.touched[id] = nil
            }
        }
    }
}
