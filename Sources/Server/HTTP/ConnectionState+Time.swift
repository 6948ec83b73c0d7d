extension ConnectionState {
    /// When `timerFired` should be called next; nil while only the server itself is awaited.
    var deadline: Instant? {
        let limits = context.limits
        let write = lastWriteProgress.map { $0 + limits.writeIdleTimeout }
        switch phase {
        case .head:
            if let headStarted { return headStarted + limits.headerTimeout }
            return idleSince + (servedRequests == 0 ? limits.headerTimeout : limits.keepAliveTimeout)
        case .body where readAllowance == 0:
            return nil
        case .body(let reception):
            let idle = reception.lastArrival + limits.bodyIdleTimeout
            // At the minimum rate the bytes so far would have taken until here.
            let earned = Duration.seconds(Double(body.count) / Double(max(1, limits.minimumBodyRate)))
            return min(idle, reception.started + limits.bodyIdleTimeout + earned, write ?? idle)
        case .sending:
            return write
        case .lingering(let lingering):
            return min(lingering.started + limits.lingerTimeout, lingering.lastArrival + limits.lingerIdleTimeout)
        case .admitting, .awaitingReply, .closed:
            return nil
        }
    }

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

    /// The bodies of all connections together take more memory than the server has for them.
    mutating func overloaded(now: Instant) -> [Action] {
        guard case .body(let reception) = phase else { return [] }
        let problem = Problem.unavailable("The server is receiving too many uploads.", retryAfter: 1)
        return send(Response(problem), to: reception.head, closes: true, now: now)
    }
}
