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
    let lane: Lane
    let services: ConnectionServices
    var state: ConnectionState
    private var output = SendQueue()
    private var actions: [ConnectionState.Action] = []
    private var isPerforming = false
    /// A request was admitted in this turn.
    private var hasAdmitted = false
    private var readSource: PausableSource?
    private var writeSource: PausableSource?
    private var pendingCancellations = 0
    private var isClosing = false
    private let onRelease: @Sendable () -> Void
    /// Why the connection is one too many, which everything but health checks is told; nil where it is not.
    let refusal: BudgetRefusal?
    /// Who sent the current request.
    var client: ClientIdentity
    var bodyClaim: BudgetClaim
    var answerClaim: BudgetClaim
    /// Whose place among the streams the current answer takes.
    var streamPlace: ClientKey?
    /// Whose place among the requests the current one takes.
    var requestPlace: ClientKey?

    /// - Parameters:
    ///   - refusal: nil serves the connection; else it may only ask for one health check.
    ///   - onRelease: called once the descriptor is closed.
    init(
        descriptor: Int32, peer: SocketAddress?, lane: Lane, services: ConnectionServices, refusal: BudgetRefusal?,
        onRelease: @escaping @Sendable () -> Void
    ) {
        self.descriptor = descriptor
        self.lane = lane
        self.services = services
        self.refusal = refusal
        self.onRelease = onRelease
        bodyClaim = BudgetClaim(services.bodies)
        answerClaim = BudgetClaim(services.answers)
        let context = services.context(peer: peer, isServed: refusal == nil)
        client = context.client
        state = ConnectionState(context: context, now: .now)
        state.isDraining = refusal != nil
    }

    var deadline: ContinuousClock.Instant? { isClosing ? nil : state.deadline }

    func start() {
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
        settle()
    }

    func drain() { perform(state.drain(now: .now)) }

    /// Closes at once, whatever is going on.
    func abandon() { perform(state.failed(now: .now)) }

    func checkDeadline(_ now: ContinuousClock.Instant) {
        guard let deadline, deadline <= now else { return }
        if let reason = state.lateness { services.cutoffs.add(reason) }
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
                perform(events + claimBody())
            case .endOfFile:
                perform(state.receivedEOF(now: .now))
            case .wouldBlock:
                return
            case .failed:
                perform(state.failed(now: .now))
            }
        }
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
            answerClaim.release()
            perform(state.flushed(now: .now))
        case .blocked(let wrote):
            state.wrote(wrote, now: .now)
            writeSource?.resume()
            perform(claimAnswer(output.count))
        case .turnOver:
            writeSource?.resume()
            // What is left waits as well, whether for the kernel or for its turn.
            perform(claimAnswer(output.count))
        case .failed:
            perform(state.failed(now: .now))
        }
    }

    // MARK: - Actions

    /// Performs actions and what follows from them, in order and without recursion.
    func perform(_ new: [ConnectionState.Action]) {
        dispatchPrecondition(condition: .onQueue(lane.queue))
        actions += new
        guard !isPerforming else { return }
        isPerforming = true
        var next = 0
        hasAdmitted = false
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
        case .admit(let head):
            // A client that sends many requests ahead, which are all refused, is no reason for others to wait.
            guard !hasAdmitted else { return lane.queue.async { self.perform([action]) } }
            hasAdmitted = true
            admit(head)
        case .respond(let request):
            services.respond(to: request) { [lane] response in
                lane.queue.async { self.perform(self.state.replied(self.bounded(response), now: .now)) }
            }
        case .deliver(let intake, let bytes):
            services.deliver(bytes, to: intake) { [lane] answer in
                lane.queue.async { self.perform(self.state.delivered(answer, now: .now)) }
            }
        case .resumeBody:
            lane.queue.async { self.perform(self.state.resumed(now: .now)) }
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
            bodyClaim.release()
            releasePlaces()
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

    private func admit(_ head: RequestHead) {
        // Put off, it may come after the end.
        guard !isClosing else { return }
        var head = head
        let decision = services.responder.admit(&head)
        client = head.client
        let admission = bounded(decision, head)
        actions += state.admitted(head, admission, now: .now)
    }

    /// Brings the read source and the lane's timer in line with the state.
    private func settle() {
        guard !isClosing, !isPerforming else { return }
        let dropping = claimBody()
        guard dropping.isEmpty else { return perform(dropping) }
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
        bodyClaim.release()
        answerClaim.release()
        releasePlaces()
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
        onRelease()
    }
}
