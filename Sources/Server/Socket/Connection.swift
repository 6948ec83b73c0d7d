import Dispatch
import Foundation

/// Drives one `ConnectionState` on a non-blocking socket. Everything runs on the lane's queue.
///
/// One read source and one write source live as long as the connection; the descriptor is closed after the cancel
/// handlers of both have run, because Dispatch may look at it until then.
///
/// `@unchecked Sendable`: the mutable state is only touched on the lane's serial queue.
final class Connection: @unchecked Sendable {
    /// Bytes read for one connection before the others of its lane get a turn.
    private static let readTurn = 4 * Lane.readSize

    private let descriptor: Int32
    private let lane: Lane
    private let services: ConnectionServices
    private var state: ConnectionState
    private var output = SendQueue()
    private var actions: [ConnectionState.Action] = []
    private var isPerforming = false
    private var readSource: PausableSource?
    private var writeSource: PausableSource?
    private var pendingCancellations = 0
    private var isClosing = false
    private var reservedBodyBytes = 0

    init(descriptor: Int32, peer: SocketAddress?, lane: Lane, services: ConnectionServices) {
        self.descriptor = descriptor
        self.lane = lane
        self.services = services
        state = ConnectionState(context: services.context(peer: peer), now: .now)
    }

    var deadline: ContinuousClock.Instant? { isClosing ? nil : state.deadline }

    func start(refusing problem: Problem?) {
        dispatchPrecondition(condition: .onQueue(lane.queue))
        pendingCancellations = 2
        readSource = PausableSource(
            DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: lane.queue),
            onEvent: { [weak self] in self?.readAvailable() }, onCancel: { self.sourceCancelled() })
        writeSource = PausableSource(
            DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: lane.queue),
            onEvent: { [weak self] in self?.writePending() }, onCancel: { self.sourceCancelled() })
        // A write source fires whenever there is room; it runs only while something waits for room.
        writeSource?.pause()
        if let problem { perform(state.refuse(problem, now: .now)) } else { settle() }
    }

    func drain() { perform(state.drain(now: .now)) }

    /// Closes at once, whatever is going on.
    func abandon() { perform(state.failed(now: .now)) }

    func checkDeadline(_ now: ContinuousClock.Instant) {
        guard let deadline, deadline <= now else { return }
        perform(state.timerFired(now: now))
    }

    // MARK: - Reading

    private func readAvailable() {
        var turn = 0
        while !isClosing {
            let size = min(state.readAllowance, Lane.readSize)
            guard size > 0 else { return settle() }
            guard turn < Self.readTurn else {
                // The source may be gone already (EPOLLHUP with bytes unread), so the rest is not left to it.
                return lane.queue.async { self.readAvailable() }
            }
            let buffer = UnsafeMutableRawBufferPointer(rebasing: lane.readBuffer[..<size])
            switch Descriptor.read(descriptor, into: buffer) {
            case .bytes(let count):
                turn += count
                let events = state.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]), now: .now)
                perform(reserveBody() ? events : events + state.overloaded(now: .now))
            case .endOfFile:
                perform(state.receivedEOF(now: .now))
            case .wouldBlock:
                return
            case .failed:
                perform(state.failed(now: .now))
            }
        }
    }

    /// Accounts for the request body held; false when the server has no room for more of it.
    private func reserveBody() -> Bool {
        let held = state.heldBodyBytes
        defer { reservedBodyBytes = held }
        return services.bodyBudget.change(by: held - reservedBodyBytes)
    }

    // MARK: - Writing

    private func writePending() {
        guard !isClosing else { return }
        guard !output.isEmpty else {
            writeSource?.pause()
            return
        }
        switch output.write(to: descriptor) {
        case .flushed:
            writeSource?.pause()
            perform(state.flushed(now: .now))
        case .blocked(let wrote):
            if wrote { state.wrote(now: .now) }
            writeSource?.resume()
            settle()
        case .failed:
            perform(state.failed(now: .now))
        }
    }

    // MARK: - Actions

    /// Performs actions and what follows from them, in order and without recursion.
    private func perform(_ new: [ConnectionState.Action]) {
        dispatchPrecondition(condition: .onQueue(lane.queue))
        actions += new
        guard !isPerforming else { return }
        isPerforming = true
        var next = 0
        while next < actions.count {
            let action = actions[next]
            next += 1
            perform(action)
            if next == actions.count, !output.isEmpty, !isClosing {
                actions.removeAll()
                next = 0
                writePending()
            }
        }
        actions.removeAll()
        isPerforming = false
        settle()
    }

    private func perform(_ action: ConnectionState.Action) {
        switch action {
        case .admit(var head):
            let admission = services.responder.admit(&head)
            actions += state.admitted(head, admission, now: .now)
        case .respond(let request):
            services.respond(to: request) { [lane] response in
                lane.queue.async { self.perform(self.state.replied(response, now: .now)) }
            }
        case .deliver(let intake, let bytes):
            services.deliver(bytes, to: intake) { [lane] answer in
                lane.queue.async { self.perform(self.state.delivered(answer, now: .now)) }
            }
        case .abandon(let intake):
            intake.sink.abandon()
        case .send(let data):
            output.append(data)
        case .pull(let stream):
            services.pull(stream) { [lane] chunk in
                lane.queue.async { self.perform(self.state.streamed(chunk, now: .now)) }
            }
        case .finish(let stream):
            stream.source.finish()
        case .completed(let exchange):
            services.completed(exchange)
        case .closeWrite:
            shutdown(descriptor, Int32(SHUT_WR))
        case .close:
            close()
        case .abort:
            Descriptor.resetOnClose(descriptor)
            close()
        }
    }

    /// Brings the read source and the lane's timer in line with the state.
    private func settle() {
        guard !isClosing, !isPerforming else { return }
        _ = reserveBody()
        if state.readAllowance == 0 {
            readSource?.pause()
        } else if let readSource, readSource.isPaused {
            readSource.resume()
            // What came while the source was paused may never be announced again.
            lane.queue.async { self.readAvailable() }
        }
        if let deadline = state.deadline { lane.note(deadline) }
    }

    // MARK: - Closing

    private func close() {
        guard !isClosing else { return }
        isClosing = true
        output.removeAll()
        services.bodyBudget.release(reservedBodyBytes)
        reservedBodyBytes = 0
        readSource?.cancel()
        writeSource?.cancel()
    }

    private func sourceCancelled() {
        pendingCancellations -= 1
        guard pendingCancellations == 0 else { return }
        Glibc.close(descriptor)
        readSource = nil
        writeSource = nil
        lane.release(self)
        services.released()
    }
}
