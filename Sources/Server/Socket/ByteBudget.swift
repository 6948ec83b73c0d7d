import Synchronization

/// What of a connection counts against a budget.
enum HeldBytes: Sendable {
    /// Request bodies, from their first byte to the answer.
    case bodies
    /// Answers that wait for their readers.
    case answers
}

/// Why a connection has to give up what it holds, or gets no more.
enum BudgetRefusal: Sendable, Equatable {
    /// All clients together hold as much as they may.
    case full
    /// The client itself does.
    case share
}

/// A connection that holds bytes of a budget.
protocol BudgetHolder: AnyObject, Sendable {
    /// It has to give up the bytes that it holds under this ticket. Called from any thread.
    func evict(_ bytes: HeldBytes, ticket: Int, _ refusal: BudgetRefusal)
}

/// Bytes that all connections together hold in memory, against a limit, and against a share for each client.
///
/// Where a limit is reached the slowest holder gives way (among equals the oldest), not who comes next: otherwise a few
/// clients that hold on to what they have, and do next to nothing, would keep all others out. A client over its share
/// harms only itself.
///
/// What a victim holds counts until it has given it back, but is not asked for again. Meanwhile others may go beyond the
/// limit, by at most `slack`.
final class ByteBudget: Sendable {
    /// How the two kinds of budget differ.
    struct Rules: Sendable {
        let kind: HeldBytes
        let limit: Int
        /// Of one client. Its only holder is not measured by it.
        let clientLimit: Int
        /// Bytes per second at which a holder may stay, however full it is, if it is also done within `patience`; nil
        /// lets none be safe.
        var safeRate: Int?
        /// The only holder of the budget may go beyond the limit: an answer exists already, whatever its size.
        var admitsOneAlone = false
    }

    private struct Holding {
        let client: ClientKey
        let holder: any BudgetHolder
        var bytes = 0
        var flow: FlowWindow?
        var isEvictable = true
        var isLeaving = false
    }

    private struct Account {
        var bytes = 0
        /// Of those that were told to go.
        var leaving = 0
        var holdings = 0

        var staying: Int { bytes - leaving }
    }

    private struct State {
        /// By ticket; tickets grow.
        var holdings: [Int: Holding] = [:]
        var lastTicket = 0
        var all = Account()
        var clients: [ClientKey: Account] = [:]
    }

    private struct Victim {
        let holder: any BudgetHolder
        let ticket: Int
        let refusal: BudgetRefusal
    }

    /// Seconds within which a holder has to be done with what it holds to be safe, where any is.
    private static let patience = 60.0

    let rules: Rules
    private let slack: Int
    private let state = Mutex(State())

    init(_ rules: Rules) {
        self.rules = rules
        slack = rules.limit / 4 + 1 << 20
    }

    /// Bytes held now.
    var used: Int { state.withLock { $0.all.bytes } }

    /// Begins to count for a connection, with nothing.
    /// - Returns: its ticket, to be given back with `release`.
    func join(_ holder: any BudgetHolder, client: ClientKey) -> Int {
        state.withLock { state in
            state.lastTicket += 1
            state.holdings[state.lastTicket] = Holding(client: client, holder: holder)
            state.all.holdings += 1
            state.clients[client, default: Account()].holdings += 1
            return state.lastTicket
        }
    }

    /// Notes what is held now. Where that is too much the slowest are told to go.
    /// - Parameters:
    ///   - flow: how its bytes moved; nil before it can be told.
    ///   - isEvictable: false once it can no longer be given up.
    /// - Returns: why the caller itself has to give up what it holds, and then to call `release`; nil when it may stay.
    func update(
        _ ticket: Int, to bytes: Int, flow: FlowWindow?, isEvictable: Bool, now: ContinuousClock.Instant
    ) -> BudgetRefusal? {
        let (refusal, victims): (BudgetRefusal?, [Victim]) = state.withLock { state in
            guard var holding = state.holdings[ticket] else { return (nil, []) }
            let growth = bytes - holding.bytes
            if holding.isLeaving && !isEvictable {
                holding.isLeaving = false
                count(&state, holding.client) { $0.leaving -= holding.bytes }
            }
            holding.bytes = bytes
            holding.flow = flow
            holding.isEvictable = isEvictable
            state.holdings[ticket] = holding
            count(&state, holding.client) { account in
                account.bytes += growth
                if holding.isLeaving { account.leaving += growth }
            }
            return growth > 0 ? enforce(&state, caller: ticket, now: now) : (nil, [])
        }
        for victim in victims { victim.holder.evict(rules.kind, ticket: victim.ticket, victim.refusal) }
        return refusal
    }

    /// Nothing is held under this ticket any more.
    func release(_ ticket: Int) {
        // The connection is let go after the lock.
        let released = state.withLock { state in
            guard let holding = state.holdings.removeValue(forKey: ticket) else { return nil as Holding? }
            count(&state, holding.client) { account in
                account.bytes -= holding.bytes
                if holding.isLeaving { account.leaving -= holding.bytes }
                account.holdings -= 1
            }
            if state.clients[holding.client]?.holdings == 0 { state.clients[holding.client] = nil }
            return holding
        }
        withExtendedLifetime(released) {}
    }

    private func count(_ state: inout State, _ client: ClientKey, _ change: (inout Account) -> Void) {
        change(&state.all)
        change(&state.clients[client, default: Account()])
    }

    private func enforce(
        _ state: inout State, caller: Int, now: ContinuousClock.Instant
    ) -> (BudgetRefusal?, [Victim]) {
        guard let holding = state.holdings[caller] else { return (nil, []) }
        let client = holding.client
        var victims: [Victim] = []
        while let own = state.clients[client], own.holdings > 1, own.staying > rules.clientLimit {
            guard let slowest = slowest(state, of: client, now: now), slowest != caller else {
                return (.share, victims)
            }
            if let victim = markLeaving(&state, slowest, .share) { victims.append(victim) }
        }
        guard !(rules.admitsOneAlone && state.all.holdings == 1) else { return (nil, victims) }
        while state.all.staying > rules.limit {
            guard let slowest = slowest(state, of: nil, now: now) else {
                // Nobody is slow. What is new does not begin; what is under way may use the slack.
                if holding.flow == nil { return (.full, victims) }
                break
            }
            guard slowest != caller else { return (.full, victims) }
            if let victim = markLeaving(&state, slowest, .full) { victims.append(victim) }
        }
        return (state.all.bytes > rules.limit + slack ? .full : nil, victims)
    }

    private func slowest(_ state: State, of client: ClientKey?, now: ContinuousClock.Instant) -> Int? {
        var slowest: (ticket: Int, rate: Double)?
        for (ticket, holding) in state.holdings where holding.isEvictable && !holding.isLeaving && holding.bytes > 0 {
            if let client, holding.client != client { continue }
            let rate = rate(of: holding, now: now)
            if let safe = rules.safeRate, rate >= max(Double(safe), Double(holding.bytes) / ByteBudget.patience) {
                continue
            }
            if let found = slowest, (found.rate, found.ticket) < (rate, ticket) { continue }
            slowest = (ticket, rate)
        }
        return slowest?.ticket
    }

    /// Who has only begun is not slow.
    private func rate(of holding: Holding, now: ContinuousClock.Instant) -> Double {
        guard let flow = holding.flow, !flow.isYoung(at: now) else { return .infinity }
        return flow.rate(at: now)
    }

    private func markLeaving(_ state: inout State, _ ticket: Int, _ refusal: BudgetRefusal) -> Victim? {
        guard var holding = state.holdings[ticket] else { return nil }
        holding.isLeaving = true
        state.holdings[ticket] = holding
        count(&state, holding.client) { $0.leaving += holding.bytes }
        return Victim(holder: holding.holder, ticket: ticket, refusal: refusal)
    }
}
