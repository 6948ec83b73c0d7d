import Foundation
import HTTPTypes

// What one connection may take from all others: memory for bodies and answers, streams, requests at one time, and the
// time for which a token is valid. All of it runs on the lane's queue, except `evict`.

extension Connection: BudgetHolder {
    /// Accounts for the request body held.
    /// - Returns: what follows when the server has no room for more of it.
    func claimBody() -> [ConnectionState.Action] {
        // Most requests have no body; this is asked in every turn of every connection.
        guard bodyClaim.ticket != nil || state.heldBodyBytes > 0 else { return [] }
        let refusal = bodyClaim.update(
            to: state.heldBodyBytes, flow: state.arrivals, isEvictable: state.isReceivingBody,
            client: ClientKey(client), holder: self)
        return refusal.map { drop(.bodies, $0) } ?? []
    }

    /// Accounts for what is left of the answer while the reader takes it.
    /// - Parameter waiting: bytes that the kernel did not take.
    func claimAnswer(_ waiting: Int) -> [ConnectionState.Action] {
        guard waiting >= ServerLimits.smallAnswerBytes else {
            answerClaim.release()
            return []
        }
        // The head is not counted: an answer that was let in is not cut off for it.
        let counted = answerClaim.ticket == nil ? waiting : min(waiting, answerClaim.bytes)
        let refusal = answerClaim.update(
            to: counted, flow: state.departures, client: ClientKey(client), holder: self)
        return refusal.map { drop(.answers, $0) } ?? []
    }

    func evict(_ bytes: HeldBytes, ticket: Int, _ refusal: BudgetRefusal) {
        lane.queue.async { [self] in
            // The request of that ticket may have ended meanwhile.
            guard ticket == (bytes == .bodies ? bodyClaim : answerClaim).ticket else { return }
            perform(drop(bytes, refusal))
        }
    }

    private func drop(_ bytes: HeldBytes, _ refusal: BudgetRefusal) -> [ConnectionState.Action] {
        let actions: [ConnectionState.Action]
        let resource: ConnectionServices.Resource = bytes == .bodies ? .bodies : .answers
        switch bytes {
        case .bodies:
            guard state.isReceivingBody else { return [] }
            actions = state.evicted(services.problem(resource, refusal), now: .now)
            bodyClaim.release()
        case .answers:
            services.count(resource, refusal)
            actions = state.cut(now: .now)
        }
        return actions
    }

    /// The responder's decision, unless the client has as much as one may have.
    func bounded(_ decision: Admission, _ head: RequestHead) -> Admission {
        if let refusal {
            guard !services.responder.isHealthCheck(head) else { return decision }
            return .reject(Response(services.problem(.connections, refusal)))
        }
        if case .reject = decision { return decision }
        // Direct clients without a token are counted by their connections.
        guard client.token != nil || client.address != head.peer?.host else { return decision }
        let key = ClientKey(client)
        guard let reason = services.requests.take(for: key) else {
            requestPlace = key
            return decision
        }
        guard !services.responder.isHealthCheck(head) else { return decision }
        state.isDraining = true
        return .reject(Response(services.problem(.requests, reason)))
    }

    /// The responder's answer, or the refusal of one that takes more than there is.
    func bounded(_ response: Response) -> Response {
        // Nothing of its body is sent to a connection that has gone, nor to HEAD.
        guard case .awaitingReply(let head, _) = state.phase, head.method != .head else { return response }
        var refused: Response?
        switch response.body {
        case .problem:
            break
        case .data(let data):
            guard data.count >= ServerLimits.smallAnswerBytes else { break }
            let refusal = answerClaim.update(to: data.count, flow: nil, client: ClientKey(client), holder: self)
            if let refusal {
                answerClaim.release()
                refused = Response(services.problem(.answers, refusal))
            }
        case .stream(let stream):
            guard stream.isEndless else { break }
            let key = ClientKey(client)
            if let refusal = services.streams.take(for: key) {
                stream.source.finish()
                refused = Response(services.problem(.streams, refusal))
            } else {
                streamPlace = key
            }
        }
        refused?.route = response.route
        return refused ?? response
    }

    func releasePlaces() {
        if let key = streamPlace { services.streams.release(key) }
        if let key = requestPlace { services.requests.release(key) }
        (streamPlace, requestPlace) = (nil, nil)
    }

    /// Cuts the current request off where its token is not valid any more.
    func recheck() {
        guard let head = state.currentHead, !services.responder.isStillWelcome(head) else { return }
        services.cutoffs.add(.revoked)
        perform(
            state.revoked(
                Problem(
                    .unauthorized, "The token is not valid any more, or not for this.",
                    fields: [.wwwAuthenticate: "Bearer realm=\"pseudolabel\", error=\"invalid_token\""]),
                now: .now))
    }
}
