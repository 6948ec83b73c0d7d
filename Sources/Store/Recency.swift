import Synchronization

/// Which masks were used last, held in memory until the next write, so that reading costs no write.
///
/// Counts uses instead of reading a clock. A crash loses what was not written yet: then a mask may be evicted too
/// early, never a promise broken.
final class Recency: Sendable {
    /// So many distinct masks read between two writes make the next read write them down.
    static let capacity = 4096

    private struct State {
        var uses: Int64
        var touched: [MaskID: Int64] = [:]
    }

    private let state: Mutex<State>

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

    /// - Returns: whether it is time to write the touches down.
    func touch(_ id: MaskID) -> Bool {
        state.withLock { state in
            state.uses += 1
            state.touched[id] = state.uses
            return state.touched.count >= Self.capacity
        }
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
