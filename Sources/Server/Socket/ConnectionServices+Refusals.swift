import Foundation
import HTTPTypes

extension ConnectionServices {
    /// What connections share.
    enum Resource {
        case connections
        case requests
        case streams
        case bodies
        case answers
    }

    /// Counts a refusal.
    func count(_ resource: Resource, _ refusal: BudgetRefusal) { cutoffs.add(Self.reason(resource, refusal)) }

    /// Counts a refusal, and says it: 503 where the server is full, 429 where the client has its share.
    func problem(_ resource: Resource, _ refusal: BudgetRefusal) -> Problem {
        count(resource, refusal)
        switch (resource, refusal) {
        case (.connections, .full), (.requests, .full):
            return .unavailable("The server has as many connections as it can serve.", retryAfter: 1)
        case (.connections, .share):
            return tooMany(
                "This address has \(requests.clientLimit) connections open, the most one may have; use them again.", 1)
        case (.requests, .share):
            return tooMany("\(requests.clientLimit) requests of this client are in flight, the most one may have.", 1)
        case (.streams, .full):
            return .unavailable("The server has as many streams as it can serve.", retryAfter: 10)
        case (.streams, .share):
            return tooMany("This client has \(streams.clientLimit) streams open, the most one may have.", 10)
        case (.bodies, .full):
            return .unavailable("The server is receiving too many uploads, and this was the slowest.", retryAfter: 2)
        case (.bodies, .share):
            return tooMany("This client is sending too much at one time, and this was its slowest upload.", 2)
        case (.answers, .full):
            return .unavailable("Too many answers wait for their readers.", retryAfter: 2)
        case (.answers, .share):
            return tooMany("Too many answers wait for this client to read them.", 2)
        }
    }

    /// The whole answer to a connection that is not even read from.
    func answer(_ problem: Problem) -> Data {
        let context = context(peer: nil, isServed: false)
        let encoded = ResponseEncoder.encode(
            Response(problem), to: nil, requestID: context.makeRequestID(), closes: true, date: context.date())
        return encoded.bytes.reduce(Data(), +)
    }

    private func tooMany(_ detail: String, _ seconds: Int) -> Problem {
        Problem(.tooManyRequests, detail, fields: [.retryAfter: String(seconds)])
    }

    private static func reason(_ resource: Resource, _ refusal: BudgetRefusal) -> Cutoff {
        switch (resource, refusal) {
        case (.connections, .full), (.requests, .full): .connections
        case (.connections, .share), (.requests, .share): .clientConnections
        case (.streams, .full): .streams
        case (.streams, .share): .clientStreams
        case (.bodies, .full): .bodyBytes
        case (.bodies, .share): .clientBodyBytes
        case (.answers, .full): .answerBytes
        case (.answers, .share): .clientAnswerBytes
        }
    }
}
