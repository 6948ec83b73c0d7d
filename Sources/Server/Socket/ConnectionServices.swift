import Foundation
import Logging
import Synchronization

/// What every connection of a server shares.
final class ConnectionServices: Sendable {
    let responder: any Responder
    let bodies: ByteBudget
    let answers: ByteBudget
    /// Taken by streams without end.
    let streams: ClientPlaces
    /// Taken by requests of clients that are not told apart by their connections' addresses.
    let requests: ClientPlaces
    let cutoffs: CutoffCounts
    private let limits: ServerLimits
    private let limitsForHealthChecks: ServerLimits
    private let logger: Logger
    private let date = HTTPDate()
    private let onExchange: (@Sendable (Exchange) -> Void)?

    init(
        responder: any Responder, slots: ConnectionSlots, limits: ServerLimits, logger: Logger,
        onExchange: (@Sendable (Exchange) -> Void)?
    ) {
        self.responder = responder
        bodies = ByteBudget(
            .init(
                kind: .bodies, limit: limits.bufferedBodyBytes,
                clientLimit: limits.clientBodyBytes ?? limits.bufferedBodyBytes / 4))
        answers = ByteBudget(
            .init(
                kind: .answers, limit: limits.bufferedAnswerBytes,
                clientLimit: limits.clientAnswerBytes ?? limits.bufferedAnswerBytes / 4,
                safeRate: limits.minimumAnswerRate, admitsOneAlone: true))
        streams = ClientPlaces(limit: limits.streams ?? max(1, slots.served / 4), clientLimit: limits.clientStreams)
        requests = ClientPlaces(limit: .max, clientLimit: slots.clientServed)
        cutoffs = CutoffCounts()
        self.limits = limits
        limitsForHealthChecks = limits.forHealthChecks
        self.logger = logger
        self.onExchange = onExchange
    }

    /// - Parameter isServed: false for a connection that may only ask for a health check.
    func context(peer: SocketAddress?, isServed: Bool) -> ConnectionContext {
        ConnectionContext(
            limits: isServed ? limits : limitsForHealthChecks, peer: peer, date: { [date] in date.text() },
            makeRequestID: RequestID.generate)
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
}
