extension ConnectionState {
    /// When `timerFired` should be called next; nil while only the server itself is awaited.
    var deadline: Instant? {
        let limits = context.limits
        let write = writeDeadline
        switch phase {
        case .head:
            if let headStarted { return headStarted + limits.headerTimeout }
            return idleSince + (servedRequests == 0 ? limits.headerTimeout : limits.keepAliveTimeout)
        // What the intake takes in is waited for, not the client.
        case .body(let reception) where reception.isComplete || readAllowance == 0:
            return nil
        case .body(let reception):
            let idle = reception.lastArrival + limits.bodyIdleTimeout
            let tooSlow = arrivals?.deadline(
                atLeast: Self.bytes(in: limits.bodyIdleTimeout, rate: limits.minimumBodyRate))
            return min(idle, reception.started + limits.bodyTimeout, tooSlow ?? idle, write ?? idle)
        case .sending:
            return write
        case .lingering(let lingering):
            return min(lingering.started + limits.lingerTimeout, lingering.lastArrival + limits.lingerIdleTimeout)
        case .admitting, .awaitingReply, .closed:
            return nil
        }
    }

    /// What the client was too slow with when `timerFired` is called; nil where it only went quiet.
    var lateness: Cutoff? {
        switch phase {
        case .head: headStarted == nil ? nil : .slowRequest
        case .body: .slowRequest
        case .sending: .slowReader
        case .admitting, .awaitingReply, .lingering, .closed: nil
        }
    }

    /// When the reader will have been too slow; nil while nothing waits for it.
    private var writeDeadline: Instant? {
        let limits = context.limits
        guard let lastWriteProgress else { return nil }
        let idle = lastWriteProgress + limits.writeIdleTimeout
        let tooSlow = departures?.deadline(
            atLeast: Self.bytes(in: limits.writeIdleTimeout, rate: limits.minimumAnswerRate))
        return min(idle, tooSlow ?? idle)
    }

    /// What moves in that time at that rate; at least one byte.
    private static func bytes(in time: Duration, rate: Int) -> Int { max(1, Int(Double(rate) * (time / .seconds(1)))) }

    mutating func timerFired(now: Instant) -> [Action] {
        guard let deadline, deadline <= now else { return [] }
        switch phase {
        case .head:
            // RFC 9110 section 15.5.9; a connection on which nothing was begun is closed without a word.
            guard headStarted != nil else { return close() }
            return reject(Rejection(.requestTimeout, "The request head did not arrive in time."), head: nil, now: now)
        case .body(let reception):
            return reject(
                Rejection(.requestTimeout, "The body did not arrive in time."), head: reception.head, now: now)
        case .sending:
            return failed(now: now)
        case .lingering:
            return close()
        case .admitting, .awaitingReply, .closed:
            return []
        }
    }

    /// The server is stopping: idle connections close, the others after the response they are at.
    mutating func drain(now: Instant) -> [Action] {
        isDraining = true
        guard case .head = phase, headStarted == nil else { return [] }
        return close()
    }

    /// The body has to make room for others; nothing happens where it is complete, or we are what it
    /// waits for.
    mutating func evicted(_ problem: Problem, now: Instant) -> [Action] {
        guard case .body(let reception) = phase, isReceivingBody else { return [] }
        return send(Response(problem), to: reception.head, closes: true, now: now)
    }
}
