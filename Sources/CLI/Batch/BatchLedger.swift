import Synchronization

/// What has become of each image. Whatever is told last counts: a failed item may be tried again.
final class BatchLedger: Sendable {
    enum Outcome: Equatable, Sendable {
        /// The server has its mask, OUT not yet.
        case due(fromCache: Bool)
        /// OUT has its mask; `isNew` when this run fetched it.
        case mask(isNew: Bool, fromCache: Bool)
        case failed(String)
        case cancelled
    }

    private struct State {
        var outcomes: [Outcome?]
        var undeliverable: [String: String] = [:]
        var uploads = (done: 0, total: 0)
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(outcomes: Array(repeating: nil, count: count)))
    }

    subscript(index: Int) -> Outcome? {
        get { state.withLock { $0.outcomes[index] } }
        set { state.withLock { $0.outcomes[index] = newValue } }
    }

    /// The mask of an image that is due has been written.
    func fetched(_ index: Int) {
        state.withLock { state in
            guard case .due(let fromCache) = state.outcomes[index] else { return }
            state.outcomes[index] = .mask(isNew: true, fromCache: fromCache)
        }
    }

    var outcomes: [Outcome?] { state.withLock(\.outcomes) }

    func expectUploads(_ count: Int) { state.withLock { $0.uploads.total += count } }
    func uploaded() { state.withLock { $0.uploads.done += 1 } }
    var uploads: (done: Int, total: Int) { state.withLock(\.uploads) }

    /// An image that cannot be sent, by its SHA-256, and why.
    func giveUp(_ sha256: String, _ reason: String) { state.withLock { $0.undeliverable[sha256] = reason } }
    var undeliverable: [String: String] { state.withLock(\.undeliverable) }
}
