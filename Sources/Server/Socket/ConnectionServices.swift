import Foundation
import Logging
import Synchronization

/// What every connection of a server shares.
final class ConnectionServices: Sendable {
    let responder: any Responder
    let bodyBudget: BodyBudget
    private let limits: ServerLimits
    private let logger: Logger
    private let date = HTTPDate()
    private let onExchange: (@Sendable (Exchange) -> Void)?
    private let onRelease: @Sendable () -> Void

    init(
        responder: any Responder, bodyBudget: BodyBudget, limits: ServerLimits, logger: Logger,
        onExchange: (@Sendable (Exchange) -> Void)?, onRelease: @escaping @Sendable () -> Void
    ) {
        self.responder = responder
        self.bodyBudget = bodyBudget
        self.limits = limits
        self.logger = logger
        self.onExchange = onExchange
        self.onRelease = onRelease
    }

    func context(peer: SocketAddress?) -> ConnectionContext {
        ConnectionContext(
            limits: limits, peer: peer, date: { [date] in date.text() }, makeRequestID: RequestID.generate)
    }

    func respond(to request: Request, deliver: @escaping @Sendable (Response) -> Void) {
        let id = request.head.requestID
        let reply = OnceReply(
            fallback: Response(Problem(.internalServerError, "The server did not answer this request.")),
            onRepeat: { [logger] in logger.error("a request was answered twice", metadata: ["request_id": "\(id)"]) },
            deliver: deliver)
        responder.respond(to: request) { reply($0) }
    }

    func deliver(_ bytes: Data, to intake: BodyIntake, done: @escaping @Sendable (Response?) -> Void) {
        let reply = OnceReply<Response?>(
            fallback: Response(Problem(.internalServerError, "The server did not take this body.")),
            onRepeat: { [logger] in logger.error("a body's bytes were taken twice") }, deliver: done)
        intake.sink.take(bytes) { reply($0) }
    }

    func pull(_ stream: BodyStream, deliver: @escaping @Sendable (BodyChunk) -> Void) {
        let reply = OnceReply(
            fallback: BodyChunk.failed,
            onRepeat: { [logger] in logger.error("a body source delivered two chunks for one request") },
            deliver: deliver)
        stream.source.next { reply($0) }
    }

    func completed(_ exchange: Exchange) { onExchange?(exchange) }

    func released() { onRelease() }
}

/// Bytes of request bodies that all connections together hold, against one limit.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Accounts for a change; false when an increase leads over the limit (it is accounted for all the same, and
    /// given back when the connection drops its body).
    func change(by difference: Int) -> Bool {
        guard difference != 0 else { return true }
        return used.withLock { used in
            used += difference
            return difference < 0 || used <= limit
        }
    }

    func release(_ bytes: Int) { _ = change(by: -bytes) }
}
