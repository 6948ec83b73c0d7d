import Foundation
import Server
import Text

/// The job API, called until it answers: connection errors and "later" answers are waited out as long as the patience
/// lasts.
struct JobClient: Sendable {
    let http: HTTPClient
    let address: ServerAddress
    /// Never shown.
    let token: String?
    let patience: Patience
    let halt: Halt
    let note: @Sendable (String) -> Void

    /// The server's answer says that asking again is of no use.
    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let description: String
    }

    struct Call {
        let kind: Patience.Kind
        let method: String
        let path: String
        var query: KeyValuePairs<String, String> = [:]
        var fields: [String: String] = [:]
        var body: Data?
        var accepted: Set<Int> = [200]
        /// Statuses that mean "later" here beside those that always do.
        var later: Set<Int> = []
        /// What is wrong with an accepted answer; it is fetched again then.
        var fault: (HTTPClient.Answer) -> String? = { _ in nil }
        /// Takes the body instead of memory.
        var file: URL?
        /// Seconds without a byte.
        var seconds = 60.0
    }

    /// Timeouts, quotas, a proxy without its server, a server without room.
    private static let later: Set<Int> = [408, 425, 429, 500, 502, 503, 504, 507]

    /// - Throws: `Refused`, `Patience.Ended`, or why the run was halted.
    func perform(_ call: Call) throws -> HTTPClient.Answer {
        var request = HTTPClient.Request(
            method: call.method, url: try address.url(call.path, query: call.query), fields: call.fields,
            body: call.body, patience: call.seconds)
        if let token { request.fields["Authorization"] = "Bearer " + token }
        var attempt = 0
        while true {
            try halt.check()
            switch try send(request, of: call) {
            case .answer(let answer):
                patience.succeeded(call.kind)
                return answer
            case .later(let reason, let retryAfter):
                let (wait, isNews) = try patience.failed(
                    call.kind, "\(address): \(reason)", attempt: attempt, retryAfter: retryAfter)
                if isNews { note("\(address): \(reason); trying again") }
                attempt += 1
                try halt.wait(wait)
            }
        }
    }

    private enum Attempt {
        case answer(HTTPClient.Answer)
        case later(String, retryAfter: Double?)
    }

    private func send(_ request: HTTPClient.Request, of call: Call) throws -> Attempt {
        let answer: HTTPClient.Answer
        do {
            answer = try call.file.map { try http.download(request, to: $0) } ?? http.send(request)
        } catch let failure as HTTPClient.Failure {
            try halt.check()
            if let cure = failure.cure, !patience.hasContact {
                throw Patience.Ended(description: "\(address): \(failure); \(cure)")
            }
            return .later(failure.description, retryAfter: nil)
        }
        patience.hasContact = true
        if call.accepted.contains(answer.status) {
            return call.fault(answer).map { .later($0, retryAfter: nil) } ?? .answer(answer)
        }
        let reason = JobClient.text(answer, of: call)
        guard JobClient.later.union(call.later).contains(answer.status), !JobClient.isQuota(answer) else {
            throw Refused(status: answer.status, description: reason)
        }
        return .later(reason, retryAfter: answer.fields["retry-after"].flatMap { Double($0) })
    }

    /// What the token may hold is full: to wait does not help.
    private static func isQuota(_ answer: HTTPClient.Answer) -> Bool {
        answer.status == 429 && (try? JobDocuments.decode(ProblemDocument.self, answer.body))?.type == Problem.quotaType
    }

    private static let shownErrors = 20

    /// What the answer says, for people.
    private static func text(_ answer: HTTPClient.Answer, of call: Call) -> String {
        if (300..<400).contains(answer.status), let location = answer.fields["location"] {
            return "\(answer.status), a redirection to \(printable(location)); give that place as --server"
        }
        guard let problem = try? JobDocuments.decode(ProblemDocument.self, answer.body) else {
            return "\(call.method) \(call.path) was answered \(answer.status)"
        }
        let errors = problem.errors ?? []
        let more = errors.count - shownErrors
        let lines =
            errors.prefix(shownErrors).map { "\n  " + printable("\($0.field): \($0.detail)") }
            + (more > 0 ? ["\n  and \(more) more"] : [])
        let said = [problem.title, problem.detail].compactMap { $0?.isEmpty == false ? $0 : nil }
        return "\(answer.status) " + printable(said.joined(separator: ": ")) + lines.joined()
    }

    /// What a server says goes to a terminal and into lists: one line, bounded, without control characters.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.cut(bytes: 2000).unicodeScalars {
            result.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return result
    }
}
