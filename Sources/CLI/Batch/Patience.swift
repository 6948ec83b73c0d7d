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
    private let failingSince = Mutex<[Kind: ContinuousClock.Instant]>([:])

    init(seconds: Double) {
        self.seconds = seconds
    }

    func succeeded(_ kind: Kind) { failingSince.withLock { $0[kind] = nil } }

    /// - Parameters:
    ///   - attempt: 0 for the first failure of a call.
    ///   - retryAfter: seconds that the server asks for.
    /// - Returns: seconds to wait before the next attempt, and whether this is the kind's first failure since a
    ///   success.
    func failed(_ kind: Kind, _ reason: String, attempt: Int, retryAfter: Double?) throws -> (Double, isFirst: Bool) {
        let now = ContinuousClock.now
        let (since, isFirst) = failingSince.withLock { all in
            let known = all[kind]
            all[kind] = known ?? now
            return (known ?? now, known == nil)
        }
        guard (now - since) / .seconds(1) < seconds else {
            throw Ended(description: "\(reason); nothing succeeded for \(Int(seconds)) s (--patience)")
        }
        // Not all clients at the same moment.
        let backOff = min(Patience.longestWait, Patience.firstWait * pow(2, Double(min(attempt, 20))))
        let jittered = Double.random(in: backOff / 2...backOff)
        return (min(max(retryAfter ?? 0, jittered), Patience.longestRetryAfter), isFirst)
    }
}
