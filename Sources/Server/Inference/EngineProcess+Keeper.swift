import Engine
import Foundation

/// The keeper's thread: the process from its start to its end, again and again.
extension EngineProcess {
    /// Between starts that fail: the first pause, and the longest.
    private static let restartPauses = (first: Duration.milliseconds(500), longest: Duration.seconds(10))

    /// Returns when the engine is closed.
    func keep() {
        var pause = Self.restartPauses.first
        while condition.withLock({ !isClosed }) {
            if let failure = runOnce() {
                logger.error("the engine cannot be started: \(failure)")
                condition.withLock {
                    condition.wait(until: .now + pause) { !isClosed }
                    if !isClosed { life = .starting(nil, since: .now) }
                }
                pause = min(pause * 2, Self.restartPauses.longest)
            } else {
                pause = Self.restartPauses.first
            }
        }
    }

    /// Locked.
    private var isClosed: Bool { if case .closed = life { true } else { false } }

    /// One process's life.
    /// - Returns: why it was never ready; nil when it was.
    private func runOnce() -> String? {
        let child: ChildProcess
        do {
            child = try ChildProcess(executable: executable, arguments: arguments)
        } catch {
            return condition.withLock { startFailed(error.description) }
        }
        logger.debug("engine process \(child.id) started")
        let isClosing = condition.withLock {
            if !isClosed { life = .starting(child, since: .now) }
            return isClosed
        }
        if isClosing { child.kill() }

        let (wasReady, complaint) = converse(with: child)
        child.kill()
        let ending = child.waitForEnd()
        return condition.withLock { ended(child, complaint ?? ending, wasReady: wasReady) }
    }

    /// Locked.
    private func ended(_ child: ChildProcess, _ how: String, wasReady: Bool) -> String? {
        guard !isClosed else { return nil }
        guard wasReady else { return startFailed("its process \(how)") }
        // Where it was killed, its pictures were taken out before.
        if case .ready = life {
            logger.error("engine process \(child.id) \(how), \(slots.insideCount) pictures inside; starting another")
            slots.processEnded(how)
        }
        life = .starting(nil, since: .now)
        condition.broadcast()
        return nil
    }

    /// Locked.
    private func startFailed(_ reason: String) -> String? {
        guard !isClosed else { return nil }
        life = .down(reason: reason)
        startFailure = reason
        condition.broadcast()
        return reason
    }

    /// Reads until the process ends.
    /// - Returns: whether it was ever ready, and what is wrong with it where that is more than that it ended.
    private func converse(with child: ChildProcess) -> (wasReady: Bool, complaint: String?) {
        var decoder = FrameDecoder()
        var isReady = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = child.read(into: buffer)
            guard count > 0 else { return (isReady, nil) }
            decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            do {
                while let frame = try decoder.next() {
                    if isReady {
                        try take(frame)
                    } else {
                        try greet(frame, from: child)
                        isReady = true
                    }
                }
            } catch let complaint as Complaint {
                return (isReady, complaint.text)
            } catch {
                return (isReady, "sent what is no answer (\(error))")
            }
        }
    }

    private struct Complaint: Error {
        let text: String
    }

    private func greet(_ frame: Frame, from child: ChildProcess) throws {
        let greeting: EngineGreeting = try frame.header()
        guard greeting.modelDigest == modelDigest else {
            throw Complaint(
                text:
                    "loaded another model than the server, whose file has changed; send the server SIGHUP, or start it again"
            )
        }
        condition.withLock {
            guard case .starting = life else { return }
            life = .ready(child)
            startFailure = nil
            condition.broadcast()
        }
        logger.info("engine ready, kernels: \(greeting.kernels), sandbox: \(greeting.sandbox)")
        if let gaps = greeting.sandbox.gaps { logger.warning("\(gaps)") }
    }

    private func take(_ frame: Frame) throws {
        let answer: EngineAnswer = try frame.header()
        try condition.withLock {
            // One that is being killed has no pictures any more; what it still says is too late.
            guard case .ready = life else { return }
            guard slots.answered(answer.id) else {
                throw Complaint(text: "answered for a picture that it does not have")
            }
            answers[answer.id] = (answer.kind, frame.body)
            condition.broadcast()
        }
    }
}
