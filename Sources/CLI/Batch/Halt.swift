import Foundation
import Server

/// Ends a run from any thread: what waits wakes up, what asks is told why.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class Halt: @unchecked Sendable {
    private let condition = MonotonicCondition()
    private var reason: (any Error)?
    private let onHalt: @Sendable () -> Void

    /// - Parameter onHalt: called once, by the thread that halts.
    init(onHalt: @escaping @Sendable () -> Void) {
        self.onHalt = onHalt
    }

    /// The first reason counts.
    func halt(_ error: any Error) {
        let isFirst = condition.withLock {
            guard reason == nil else { return false }
            reason = error
            condition.broadcast()
            return true
        }
        if isFirst { onHalt() }
    }

    /// - Throws: the reason, once there is one.
    func check() throws {
        if let reason = condition.withLock({ reason }) { throw reason }
    }

    /// Waits for so many seconds.
    /// - Throws: the reason, as soon as there is one.
    func wait(_ seconds: Double) throws {
        try condition.withLock {
            condition.wait(until: .now + .seconds(max(0, seconds))) { reason == nil }
            if let reason { throw reason }
        }
    }
}

/// SIGINT or SIGTERM.
struct Interrupted: Error, CustomStringConvertible {
    let signal: Int32
    var description: String { "stopped by \(signal == SIGINT ? "SIGINT" : "SIGTERM"); the same command goes on" }
}
