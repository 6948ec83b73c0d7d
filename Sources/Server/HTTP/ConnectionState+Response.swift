import Foundation
import HTTPTypes

extension ConnectionState {
    /// A response on its way out.
    struct Sending: Equatable {
        let head: RequestHead?
        let status: HTTPResponse.Status
        let route: String?
        let client: ClientIdentity
        let requestID: String
        let started: Instant
        let closes: Bool
        /// The rest of the body, while it is not complete.
        var stream: BodyStream?
        var framing: EncodedResponse.StreamFraming
        var awaitsChunk = false

        func exchange(now: Instant, isComplete: Bool) -> Exchange {
            Exchange(
                method: head?.method, path: head?.target.path, route: route, status: status, client: client,
                requestID: requestID, duration: now - started, isComplete: isComplete)
        }
    }

    // MARK: - Events of the write side

    /// The responder's answer.
    mutating func replied(_ response: Response, now: Instant) -> [Action] {
        guard case .awaitingReply(let head, _) = phase else {
            // The connection has gone meanwhile.
            if case .stream(let stream) = response.body { return [.finish(stream)] }
            return []
        }
        return send(response, to: head, closes: !head.keepsAlive, now: now)
    }

    /// A chunk of the streamed body that was asked for.
    mutating func streamed(_ chunk: BodyChunk, now: Instant) -> [Action] {
        guard case .sending(var sending) = phase, let stream = sending.stream, sending.awaitsChunk else { return [] }
        sending.awaitsChunk = false
        var bytes: Data?
        var isEnd = false
        switch (chunk, sending.framing) {
        case (.failed, _):
            return cut(now: now)
        case (.bytes(let data), .length(let remaining)):
            guard data.count <= remaining else { return cut(now: now) }
            sending.framing = .length(remaining: remaining - data.count)
            bytes = data
            isEnd = data.count == remaining
        case (.bytes(let data), .chunked):
            // An empty chunk would end the body.
            bytes = data.isEmpty ? nil : ResponseEncoder.chunk(data)
        case (.bytes(let data), .untilClose):
            bytes = data
        case (.end, .length(let remaining)):
            guard remaining == 0 else { return cut(now: now) }
            isEnd = true
        case (.end, .chunked):
            bytes = ResponseEncoder.lastChunk
            isEnd = true
        case (.end, .untilClose):
            isEnd = true
        }
        if isEnd { sending.stream = nil }
        phase = .sending(sending)
        let release: [Action] = isEnd ? [.finish(stream)] : []
        guard let bytes, !bytes.isEmpty else { return release + flushed(now: now) }
        lastWriteProgress = now
        departures = nil
        return release + [.send(bytes)]
    }

    /// The kernel took so many of the bytes to be sent, and no more for now.
    mutating func wrote(_ bytes: Int, now: Instant) {
        guard lastWriteProgress != nil else { return }
        if bytes > 0 { lastWriteProgress = now }
        if departures == nil {
            // What the kernel takes at once says nothing about the reader.
            departures = FlowWindow(length: context.limits.writeIdleTimeout, start: now)
        } else {
            departures?.add(bytes, at: now)
        }
    }

    /// Everything to be sent went to the kernel.
    mutating func flushed(now: Instant) -> [Action] {
        lastWriteProgress = nil
        departures = nil
        guard case .sending(var sending) = phase, !sending.awaitsChunk else { return [] }
        if let stream = sending.stream {
            sending.awaitsChunk = true
            phase = .sending(sending)
            return [.pull(stream)]
        }
        let completed = Action.completed(sending.exchange(now: now, isComplete: true))
        if sending.closes || isDraining { return [completed] + linger(now: now) }
        phase = .head
        parser = RequestHeadParser(limits: context.limits)
        headStarted = nil
        requestStarted = nil
        idleSince = now
        servedRequests += 1
        return [completed] + advance(now: now)
    }

    /// The socket failed (reset, broken pipe).
    mutating func failed(now: Instant) -> [Action] {
        var actions: [Action] = []
        if case .sending(let sending) = phase {
            if let stream = sending.stream { actions.append(.finish(stream)) }
            actions.append(.completed(sending.exchange(now: now, isComplete: false)))
        }
        return actions + close()
    }

    /// The answer may not go on; the reset tells the client that it is not whole.
    mutating func cut(now: Instant) -> [Action] {
        guard case .sending(let sending) = phase else { return [] }
        phase = .closed
        input.removeAll()
        return (sending.stream.map { [.finish($0)] } ?? [])
            + [.completed(sending.exchange(now: now, isComplete: false)), .abort]
    }

    /// The request that is being received, worked on or answered.
    var currentHead: RequestHead? {
        switch phase {
        case .body(let reception): reception.head
        case .awaitingReply(let head, _): head
        case .sending(let sending): sending.head
        case .head, .admitting, .lingering, .closed: nil
        }
    }

    /// The current request may not be answered any more: what it waits for is told to it, what is being sent is cut.
    mutating func revoked(_ problem: Problem, now: Instant) -> [Action] {
        switch phase {
        case .body(let reception): return send(Response(problem), to: reception.head, closes: true, now: now)
        case .awaitingReply(let head, _): return send(Response(problem), to: head, closes: true, now: now)
        case .sending: return cut(now: now)
        case .head, .admitting, .lingering, .closed: return []
        }
    }

    // MARK: - Transitions

    mutating func reject(_ rejection: Rejection, head: RequestHead?, now: Instant) -> [Action] {
        send(Response(Problem(rejection)), to: head, closes: true, now: now)
    }

    mutating func send(_ response: Response, to head: RequestHead?, closes: Bool, now: Instant) -> [Action] {
        let abandoned = abandonedIntake
        let requestID = head?.requestID ?? context.makeRequestID()
        let closes = closes || isDraining || head?.keepsAlive == false
        let encoded = ResponseEncoder.encode(
            response, to: head, requestID: requestID, closes: closes, date: context.date())
        phase = .sending(
            Sending(
                head: head, status: response.status, route: response.route,
                client: head?.client ?? context.client, requestID: requestID,
                started: requestStarted ?? now, closes: encoded.closes, stream: encoded.stream,
                framing: encoded.streamFraming))
        lastWriteProgress = now
        departures = nil
        body = Data()
        arrivals = nil
        let release = encoded.unusedStream.map { [Action.finish($0)] } ?? []
        return abandoned + release + encoded.bytes.map { .send($0) }
    }

    /// Half-closes and waits for the peer to do the same (RFC 9112 section 9.6).
    private mutating func linger(now: Instant) -> [Action] {
        input.removeAll()
        if peerHasClosed { return close() }
        phase = .lingering(Lingering(started: now, lastArrival: now))
        return [.closeWrite]
    }

    mutating func close() -> [Action] {
        guard phase != .closed else { return [] }
        let abandoned = abandonedIntake
        phase = .closed
        input.removeAll()
        return abandoned + [.close]
    }
}
