import Foundation
import HTTPTypes

/// One HTTP/1.1 connection as a state machine: events in, actions out; no I/O, no clock of its own.
///
/// Requests are answered strictly one after the other; what a client sends ahead waits in `input`, bounded by
/// `readAllowance`. The driver performs the actions in order and, whenever everything it was told to send has gone to
/// the kernel, calls `flushed`.
struct ConnectionState {
    typealias Instant = ContinuousClock.Instant

    enum Action: Equatable {
        /// Ask the responder about this head and call `admitted`. Always the last action of a list.
        case admit(RequestHead)
        /// Hand the request to the responder, whose answer comes back through `replied`.
        case respond(Request)
        /// Give the intake bytes of the body; that it took them comes back through `delivered`.
        case deliver(BodyIntake, Data)
        /// Tell the intake that the body will not be completed.
        case abandon(BodyIntake)
        /// Call `resumed` once others have had their turn: there is more to decode of what has come.
        case resumeBody
        case send(Data)
        /// Ask the stream for a chunk, which comes back through `streamed`.
        case pull(BodyStream)
        /// Tell the stream that no more chunks are wanted.
        case finish(BodyStream)
        case completed(Exchange)
        /// Shut the write side down and go on reading.
        case closeWrite
        case close
        /// Close with a reset, so that the peer cannot take a truncated response for a complete one.
        case abort
    }

    enum Phase: Equatable {
        /// Between requests, or inside a request head.
        case head
        case admitting(RequestHead)
        case body(BodyReception)
        case awaitingReply(RequestHead, bodyBytes: Int)
        case sending(Sending)
        /// The write side is shut; the peer's bytes are discarded.
        case lingering(Lingering)
        case closed
    }

    /// A body on its way in.
    struct BodyReception: Equatable {
        let head: RequestHead
        /// nil gathers the whole body.
        let intake: BodyIntake?
        /// What is answered whatever the body is; none of it is kept then.
        let refusal: Response?
        var decoder: BodyDecoder
        var isComplete = false
        /// `resumed` is to be called.
        var awaitsTurn = false
        /// Bytes that the intake is taking.
        var inDelivery = 0
        /// Later by the time that the intake took.
        var started: Instant
        var lastArrival: Instant
        var deliveryStarted: Instant?
    }

    struct Lingering: Equatable {
        let started: Instant
        var lastArrival: Instant
        var discarded = 0
    }

    let context: ConnectionContext
    var phase = Phase.head
    var input = InputBuffer()
    /// The body in the phase `body`; outside the phase's payload, where every arrival would copy it.
    var body = Data()
    /// How the body arrives, in the phase `body` of a request that has one.
    var arrivals: FlowWindow?
    var parser: RequestHeadParser
    /// When waiting for the current head began: the connection's start or the end of the last response.
    var idleSince: Instant
    /// When the first byte of the current head came.
    var headStarted: Instant?
    /// When the current head was complete.
    var requestStarted: Instant?
    var servedRequests = 0
    /// When bytes to be sent last moved; nil when there are none.
    var lastWriteProgress: Instant?
    /// How the reader takes what waits for it; nil while nothing does.
    var departures: FlowWindow?
    var peerHasClosed = false
    /// The connection ends after the request it is at: the server is stopping, or it is one connection too many.
    var isDraining = false

    init(context: ConnectionContext, now: Instant) {
        self.context = context
        parser = RequestHeadParser(limits: context.limits)
        idleSince = now
    }

    /// Bytes the driver may read now; 0 pauses reading.
    var readAllowance: Int {
        if peerHasClosed { return 0 }
        switch phase {
        // What follows a complete body is the next request.
        case .body(let reception) where reception.isComplete: return max(0, context.limits.pipelinedBytes - input.count)
        // What has come is decoded first.
        case .body(let reception) where reception.decoder.hasMore: return 0
        case .body(let reception) where reception.inDelivery > 0: return max(0, BodyIntake.batchBytes - body.count)
        case .head, .body, .lingering: return Int.max
        case .admitting, .awaitingReply, .sending: return max(0, context.limits.pipelinedBytes - input.count)
        case .closed: return 0
        }
    }

    /// Bytes of request body this connection keeps in memory.
    var heldBodyBytes: Int {
        switch phase {
        case .body(let reception):
            body.count + reception.decoder.heldBytes + reception.inDelivery + (reception.intake?.sink.heldBytes ?? 0)
        case .awaitingReply(_, let bytes): bytes
        default: 0
        }
    }

    /// A body is on its way, and can still be given up: neither is it complete, nor is the client kept from sending,
    /// unless by what its own bytes become.
    var isReceivingBody: Bool {
        guard case .body(let reception) = phase, !reception.isComplete else { return false }
        return readAllowance > 0 || reception.awaitsTurn
    }

    // MARK: - Events of the read side

    mutating func received(_ bytes: UnsafeRawBufferPointer, now: Instant) -> [Action] {
        switch phase {
        case .closed:
            return []
        case .lingering(var lingering):
            lingering.discarded += bytes.count
            lingering.lastArrival = now
            phase = .lingering(lingering)
            return lingering.discarded > context.limits.lingerBytes ? close() : []
        case .head, .admitting, .body, .awaitingReply, .sending:
            input.append(bytes)
            if case .body(var reception) = phase {
                reception.lastArrival = now
                phase = .body(reception)
                arrivals?.add(bytes.count, at: now)
            }
            return advance(now: now)
        }
    }

    /// The peer has shut its write side; it may still be reading.
    mutating func receivedEOF(now: Instant) -> [Action] {
        peerHasClosed = true
        if case .lingering = phase { return close() }
        // Who listens to a stream without end does not end its own side: it has gone, and its place is for others.
        if case .sending(let sending) = phase, sending.stream?.isEndless == true { return failed(now: now) }
        return advance(now: now)
    }

    /// The responder's decision about the head it was asked about, and the head with what the responder noted in it.
    mutating func admitted(_ head: RequestHead, _ admission: Admission, now: Instant) -> [Action] {
        guard case .admitting = phase else { return [] }
        switch admission {
        case .reject(let response):
            // With a body on its way the next request cannot be found without reading all of it.
            return send(response, to: head, closes: head.framing != .none, now: now)
        case .refuse(let response):
            return refuse(head, response, now: now)
        case .accept(let maximumBytes):
            return receive(head, into: nil, maximumBytes: maximumBytes, now: now)
        case .stream(let maximumBytes, let intake):
            return receive(head, into: intake, maximumBytes: maximumBytes, now: now)
        }
    }

    /// Reads the body only to find the next request behind it.
    private mutating func refuse(_ head: RequestHead, _ response: Response, now: Instant) -> [Action] {
        guard !head.expectsContinue else { return send(response, to: head, closes: head.framing != .none, now: now) }
        return receive(
            head, into: nil, maximumBytes: context.limits.droppedBodyBytes, refusal: response, now: now)
    }

    private mutating func receive(
        _ head: RequestHead, into intake: BodyIntake?, maximumBytes: Int, refusal: Response? = nil, now: Instant
    ) -> [Action] {
        let coding: ContentCoding?
        do throws(Problem) {
            // A body that is dropped is not decompressed.
            coding = try refusal == nil ? ContentCoding.of(head.fields) : nil
        } catch {
            return (intake.map { [.abandon($0)] } ?? []) + refuse(head, Response(error), now: now)
        }
        do throws(Rejection) {
            let decoder = try BodyDecoder(
                head.framing, coding: coding, maximumBytes: maximumBytes, limits: context.limits)
            phase = .body(
                BodyReception(
                    head: head, intake: intake, refusal: refusal, decoder: decoder, started: now, lastArrival: now))
            beginArrivals(head.framing, now: now)
        } catch {
            if let refusal { return send(refusal, to: head, closes: true, now: now) }
            return (intake.map { [.abandon($0)] } ?? []) + reject(error, head: head, now: now)
        }
        var actions: [Action] = []
        if head.expectsContinue && head.framing != .none && input.isEmpty {
            // RFC 9110 section 10.1.1: not needed when the client did not wait for it.
            actions.append(.send(ResponseEncoder.continueResponse))
            lastWriteProgress = now
        }
        return actions + advance(now: now)
    }

    /// The intake took what it was given.
    /// - Parameter answer: nil where it wants the rest of the body.
    mutating func delivered(_ answer: Response?, now: Instant) -> [Action] {
        guard case .body(var reception) = phase, reception.inDelivery > 0 else { return [] }
        if let answer {
            // What is left of the body would be taken for the next request.
            let closes = !reception.isComplete || !body.isEmpty || !reception.head.keepsAlive
            return send(answer, to: reception.head, closes: closes, now: now)
        }
        reception.inDelivery = 0
        // Meanwhile the client may have been kept from sending.
        reception.lastArrival = now
        if let began = reception.deliveryStarted { reception.started += now - began }
        beginArrivals(reception.head.framing, now: now)
        return advanceBody(reception, now: now)
    }

    /// Others have had their turn.
    mutating func resumed(now: Instant) -> [Action] {
        guard case .body(var reception) = phase, reception.awaitsTurn else { return [] }
        reception.awaitsTurn = false
        // Meanwhile the client was kept from sending.
        reception.lastArrival = now
        return advanceBody(reception, now: now)
    }

    /// What is at hand already counts too.
    private mutating func beginArrivals(_ framing: BodyFraming, now: Instant) {
        guard framing != .none else { return }
        var arrivals = FlowWindow(length: context.limits.bodyIdleTimeout, start: now)
        arrivals.add(input.count, at: now)
        self.arrivals = arrivals
    }

    /// Goes as far as the bytes at hand allow.
    mutating func advance(now: Instant) -> [Action] {
        switch phase {
        case .head: advanceHead(now: now)
        case .body(let reception): advanceBody(reception, now: now)
        case .admitting, .awaitingReply, .sending, .lingering, .closed: []
        }
    }

    private mutating func advanceHead(now: Instant) -> [Action] {
        if headStarted == nil && !input.isEmpty { headStarted = now }
        do throws(Rejection) {
            if var head = try parser.parse(&input) {
                head.requestID = context.requestID(for: head.fields)
                head.peer = context.peer
                head.client = context.client
                phase = .admitting(head)
                requestStarted = now
                return [.admit(head)]
            }
        } catch {
            return reject(error, head: nil, now: now)
        }
        guard peerHasClosed else { return [] }
        // RFC 9112 section 8: an incomplete request is answered 400 and closed.
        return headStarted == nil
            ? close() : reject(.badRequest("The request ends in the middle of its head."), head: nil, now: now)
    }

    private mutating func advanceBody(_ reception: BodyReception, now: Instant) -> [Action] {
        var reception = reception
        // While the intake is at work, no more is decoded than what it gets next.
        guard !reception.awaitsTurn, !(reception.inDelivery > 0 && reception.decoder.hasMore) else {
            phase = .body(reception)
            return []
        }
        do throws(Rejection) {
            if !reception.isComplete {
                let progress = try reception.decoder.decode(&input, into: &body)
                reception.isComplete = progress == .complete
            }
        } catch {
            // Too long to be dropped, or with no next request behind it.
            if let refusal = reception.refusal { return send(refusal, to: reception.head, closes: true, now: now) }
            return reject(error, head: reception.head, now: now)
        }
        if let refusal = reception.refusal {
            body = Data()
            phase = .body(reception)
            guard reception.isComplete || peerHasClosed else { return [] }
            return send(refusal, to: reception.head, closes: !reception.isComplete, now: now)
        }
        guard reception.isComplete || reception.decoder.hasMore || !peerHasClosed else {
            return reject(.badRequest("The body ends before its length."), head: reception.head, now: now)
        }
        if let intake = reception.intake, reception.inDelivery == 0, !body.isEmpty,
            reception.isComplete || body.count >= BodyIntake.batchBytes
        {
            let batch = body
            body = Data()
            reception.inDelivery = batch.count
            reception.deliveryStarted = now
            phase = .body(reception)
            return [.deliver(intake, batch)]
        }
        if reception.decoder.hasMore, reception.inDelivery == 0 {
            reception.awaitsTurn = true
            phase = .body(reception)
            return [.resumeBody]
        }
        guard reception.isComplete, reception.inDelivery == 0 else {
            phase = .body(reception)
            return []
        }
        let request = Request(head: reception.head, body: body, intake: reception.intake)
        let held = body.count + (reception.intake?.sink.heldBytes ?? 0)
        phase = .awaitingReply(reception.head, bodyBytes: held)
        body = Data()
        arrivals = nil
        return [.respond(request)]
    }

    /// What an intake is told when the body it takes is given up.
    var abandonedIntake: [Action] {
        guard case .body(let reception) = phase, let intake = reception.intake, !reception.isComplete else { return [] }
        return [.abandon(intake)]
    }
}
