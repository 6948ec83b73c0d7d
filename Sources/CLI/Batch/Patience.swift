import Foundation
import Synchronization

/// How long a server that fails is asked again: each kind of call until it has failed for so many seconds on end.
final class Patience: Sendable {
    enum Kind: String { case job, upload, mask, result }

    struct Ended: Error, CustomStringConvertible {
        let description: String
    }

    static let longestWait = 30.0
    private static let longestRetryAfter = 300.0
    private static let firstWait = 0.25

    private let seconds: Double
    /// Between two times that the same kind's failing is worth saying.
    private static let silence = Duration.seconds(10)

    private struct State {
        var failingSince: [Kind: ContinuousClock.Instant] = [:]
        var said: [Kind: ContinuousClock.Instant] = [:]
        var hasContact = false
    }

    private let state = Mutex(State())

    init(seconds: Double) {
        self.seconds = seconds
    }

    /// Whether the server has ever answered, whatever it said: before that a wrong address is more likely than a fault that
    /// passes.
    var hasContact: Bool {
        get { state.withLock(\.hasContact) }
        set { state.withLock { $0.hasContact = newValue } }
    }

    func succeeded(_ kind: Kind) { state.withLock { $0.failingSince[kind] = nil } }

    /// - Parameters:
    ///   - attempt: 0 for the first failure of a call.
    ///   - retryAfter: seconds that the server asks for.
    /// - Returns: seconds to wait before the next attempt, and whether the failure is news.
    /// - Throws: `Ended`.
    func failed(_ kind: Kind, _ reason: String, attempt: Int, retryAfter: Double?) throws -> (Double, isNews: Bool) {
        let now = ContinuousClock.now
        let (since, isNews) = state.withLock { state in
            let since = state.failingSince[kind] ?? now
            let isNews =
                state.failingSince[kind] == nil && state.said[kind].map { now - $0 >= Patience.silence } ?? true
            state.failingSince[kind] = since
            if isNews { state.said[kind] = now }
            return (since, isNews)
        }
        guard (now - since) / .seconds(1) < seconds else {
            throw Ended(description: "\(reason); nothing succeeded for \(Int(seconds)) s (--patience)")
        }
        // Not all clients at the same moment.
        let backOff = min(Patience.longestWait, Patience.firstWait * pow(2, Double(min(attempt, 20))))
        let jittered = Double.random(in: backOff / 2...backOff)
        return (min(max(retryAfter ?? 0, jittered), Patience.longestRetryAfter), isNews)
    }
}
