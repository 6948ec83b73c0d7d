import Engine
import Foundation
import Logging

/// The engine in a process of its own, so that a picture that kills or hangs it takes nothing else with it. A process
/// that ended is started again; whose fault the end was, `EngineSlots` knows.
///
/// Threads: callers send their pictures and watch over limits; one thread, the keeper, starts the process, reads its
/// answers and waits for its end.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
public final class EngineProcess: @unchecked Sendable {
    /// How often callers ask whether their picture is still wanted, and look at the limits.
    static let pollInterval = Duration.milliseconds(100)
    /// How long loading the model may take, from a slow disk too.
    static let startTimeout = Duration.seconds(120)

    enum Life {
        /// Nil until the process exists.
        case starting(ChildProcess?, since: SuspendingClock.Instant)
        case ready(ChildProcess)
        /// Killed and not yet waited for.
        case ending(ChildProcess)
        /// It did not start; the keeper tries again after a while.
        case down(reason: String)
        case closed
    }

    let executable: String
    let arguments: [String]
    let modelDigest: String
    let logger: Logger
    let condition = MonotonicCondition()
    var life = Life.starting(nil, since: .now)
    var slots: EngineSlots
    /// Answers that their callers have not fetched yet.
    var answers: [EngineSlots.Ticket: (kind: EngineAnswer.Kind, body: Data)] = [:]
    /// Why the latest start failed; nil once one succeeded.
    var startFailure: String?
    private var isKept = true

    /// Starts the process; does not wait for it. Lives until `close`.
    /// - Parameters:
    ///   - arguments: with which `executable` calls `EngineHost.run`.
    ///   - modelDigest: of the model that it must have loaded.
    ///   - pictureTimeout: how long it may work on one picture before it is killed.
    public init(
        executable: String = "/proc/self/exe", arguments: [String], modelDigest: String, pictureTimeout: Duration,
        logger: Logger
    ) {
        self.executable = executable
        self.arguments = arguments
        self.modelDigest = modelDigest
        self.logger = logger
        slots = EngineSlots(pictureTimeout: pictureTimeout)
        let thread = Thread { [self] in
            keep()
            condition.withLock {
                isKept = false
                condition.broadcast()
            }
        }
        thread.name = "engine-keeper"
        thread.start()
    }

    /// Ends the process and returns when it has ended. Pictures that it has, and any that come later, are
    /// `.interrupted`.
    public func close() {
        condition.withLock {
            // Killed, not asked: it has nothing to finish, and one that is stopped or hangs would not hear.
            child?.kill()
            life = .closed
            slots.interruptAll()
            condition.broadcast()
            while isKept { condition.wait() }
        }
    }

    /// Blocks until the first start has succeeded or failed.
    /// - Returns: why it failed; nil when it succeeded.
    public func waitUntilReady() -> String? {
        condition.withLock {
            while true {
                switch life {
                case .ready: return nil
                case .down(let reason): return reason
                case .closed: return "was closed"
                case .starting(let child?, let since) where SuspendingClock.now - since >= EngineProcess.startTimeout:
                    end(child, because: "it was not ready within \(EngineProcess.startTimeout.components.seconds) s")
                case .starting, .ending: break
                }
                condition.wait(atMost: EngineProcess.pollInterval)
            }
        }
    }

    /// Locked. The process, where there is one.
    var child: ChildProcess? {
        switch life {
        case .starting(let child, _): child
        case .ready(let child), .ending(let child): child
        case .down, .closed: nil
        }
    }

    // MARK: - Callers' threads

    /// Sends work into the process and blocks until it is done.
    /// - Throws: `EngineFailure`.
    func answer(
        to work: EngineTask.Work, _ body: Data, priority: PictureTask.Priority, isolated: Bool,
        until isWanted: @Sendable () -> Bool
    ) throws -> (kind: EngineAnswer.Kind, body: Data) {
        let ticket = condition.withLock { slots.add(priority: priority, isolated: isolated) }
        defer {
            condition.withLock {
                slots.remove(ticket)
                answers[ticket] = nil
                condition.broadcast()
            }
        }
        let frame = try Frame(EngineTask(id: ticket, work: work), body: body)
        while true {
            switch next(ticket, isWanted: isWanted()) {
            case .look: break
            case .send(let child): send(frame, as: ticket, to: child, isWanted: isWanted)
            case .failed(let failure): throw failure
            case .answered(let kind, let body): return (kind, body)
            }
        }
    }

    private enum Step {
        case look
        case send(ChildProcess)
        case answered(EngineAnswer.Kind, Data)
        case failed(EngineFailure)
    }

    /// What the caller of a picture does next; waits a while before there is nothing but to look again.
    private func next(_ ticket: EngineSlots.Ticket, isWanted: Bool) -> Step {
        condition.withLock {
            supervise(ticket, isWanted: isWanted)
            switch slots.stage(ticket) {
            case .failed(let failure): return .failed(failure)
            case .answered:
                guard let answer = answers[ticket] else { return .failed(.interrupted) }
                return .answered(answer.kind, answer.body)
            case .waiting:
                switch life {
                case .ready(let child): if slots.start(ticket, at: .now) { return .send(child) }
                case .down(let reason): return .failed(.unavailable(reason))
                case .closed: return .failed(.interrupted)
                case .starting, .ending: break
                }
            case .sending, .working: break
            }
            condition.wait(atMost: EngineProcess.pollInterval)
            return .look
        }
    }

    /// Locked. Kills the process when a limit has passed.
    private func supervise(_ ticket: EngineSlots.Ticket, isWanted: Bool) {
        if !isWanted { slots.cancel(ticket, at: .now) }
        switch life {
        case .ready(let child):
            guard let reason = slots.overdue(at: .now) else { return }
            end(child, because: reason)
        case .starting(let child?, let since):
            guard SuspendingClock.now - since >= EngineProcess.startTimeout else { return }
            end(child, because: "it was not ready within \(EngineProcess.startTimeout.components.seconds) s")
        case .starting, .ending, .down, .closed: break
        }
    }

    /// Locked.
    private func end(_ child: ChildProcess, because reason: String) {
        logger.error("engine process \(child.id) is killed: \(reason)")
        life = .ending(child)
        child.kill()
        condition.broadcast()
    }

    private func send(
        _ frame: Frame, as ticket: EngineSlots.Ticket, to child: ChildProcess, isWanted: @Sendable () -> Bool
    ) {
        for part in frame.parts {
            var rest = part
            while !rest.isEmpty {
                guard let count = rest.withUnsafeBytes({ child.write($0, waitingAtMost: 100) }) else {
                    // It ends, or closed its input and is of no use: the keeper says whose fault it was.
                    return child.kill()
                }
                rest = rest.dropFirst(count)
                if count == 0 {
                    let stillWanted = isWanted()
                    condition.withLock { supervise(ticket, isWanted: stillWanted) }
                }
            }
        }
        condition.withLock {
            slots.sent(ticket)
            condition.broadcast()
        }
    }
}
