import Synchronization

/// Counts places that are taken, against a limit for all and one for each client.
final class ClientPlaces: Sendable {
    private struct State {
        var taken = 0
        var clients: [ClientKey: Int] = [:]
    }

    let limit: Int
    let clientLimit: Int
    private let state = Mutex(State())

    init(limit: Int, clientLimit: Int) {
        self.limit = limit
        self.clientLimit = clientLimit
    }

    var count: Int { state.withLock(\.taken) }

    /// - Returns: why there is no place; nil when one was taken, to be given back with `release`.
    func take(for client: ClientKey) -> BudgetRefusal? {
        state.withLock { state in
            let own = state.clients[client] ?? 0
            guard own < clientLimit else { return .share }
            guard state.taken < limit else { return .full }
            state.clients[client] = own + 1
            state.taken += 1
            return nil
        }
    }

    func release(_ client: ClientKey) {
        state.withLock { state in
            guard let own = state.clients[client] else { return }
            state.clients[client] = own > 1 ? own - 1 : nil
            state.taken -= 1
        }
    }
}
