import Foundation
import HTTPTypes
import Logging
import Server
import Synchronization
import TestSupport

/// A server of the job API that fails as it is told. Stops when it is released.
final class FakeJobServer: Sendable {
    enum Fault: Sendable {
        /// An answer instead of the request's effect.
        case status(Int, retryAfter: String? = nil)
        /// As `status`, with all that the answer says.
        case problem(Problem)
        /// 401, as proxies ask for a password.
        case passwordWanted
        /// The request has its effect; of the answer only the first bytes arrive.
        case cut
        /// The request has its effect, and this is answered.
        case body(Data)
    }

    /// What is asked before each request is served, with its method, its path and how many there were before it.
    typealias Plan = @Sendable (_ method: String, _ path: String, _ number: Int) -> Fault?

    let state = Mutex(FakeJobs())
    private let plan: Plan
    private let log = Mutex<[String]>([])
    private let fields = Mutex<[[String: String]]>([])
    private let server = Mutex<HTTPServer?>(nil)
    private let bound = Mutex<UInt16>(0)

    /// Items a page, so that few images make several.
    private static let itemsAtOnce = 4

    /// - Parameter prefix: of all paths, as behind a proxy.
    init(prefix: String = "", _ plan: @escaping Plan = { _, _, _ in nil }) throws {
        self.plan = plan
        let server = HTTPServer(
            host: "127.0.0.1", port: 0, responder: router(prefix),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let port = try server.start().port
        bound.withLock { $0 = port }
        self.server.withLock { $0 = server }
    }

    deinit { server.withLock { $0 }?.drain(within: .zero) { _ in } }

    var url: String { "http://127.0.0.1:\(bound.withLock { $0 })" }
    /// "PUT /v1/images/…" of all requests, in the order in which they came.
    var requests: [String] { log.withLock { $0 } }
    /// Authorization of all requests.
    var authorizations: [String?] { fields.withLock { $0.map { $0["authorization"] } } }
    var jobs: FakeJobs { state.withLock { $0 } }

    private typealias Effect = @Sendable (inout FakeJobs, Request, PathParameters) throws -> Response

    private func router(_ prefix: String) -> Router {
        var router = Router()
        func on(_ method: HTTPRequest.Method, _ path: String, _ effect: @escaping Effect) {
            router.on(method, prefix + path, maximumBodyBytes: 1 << 24) { [weak self] request, parameters, reply in
                guard let self else { return }
                reply(try answer(request, parameters, effect))
            }
        }
        on(.post, "/v1/jobs") { jobs, request, _ in
            let key = request.head.fields[HTTPField.Name("Idempotency-Key")!] ?? ""
            guard let job = try jobs.post(request.body, key: key) else { throw Problem(.unprocessableContent) }
            let missing = job.items.filter { $0.state == "waiting_for_image" }.map(\.sha256)
            return try .object(.accepted, FakeJobs.document(job, missing: Set(missing).sorted()))
        }
        on(.get, "/v1/jobs") { _, _, _ in try .object(.ok, ["jobs": [], "next_cursor": NSNull()]) }
        on(.get, "/v1/jobs/{id}") { jobs, _, parameters in
            jobs.work(parameters["id"] ?? "")
            return try .job(jobs, parameters)
        }
        on(.delete, "/v1/jobs/{id}") { jobs, _, parameters in
            jobs.cancel(parameters["id"] ?? "")
            return try .job(jobs, parameters)
        }
        on(.post, "/v1/jobs/{id}/retry") { jobs, _, parameters in
            jobs.retry(parameters["id"] ?? "")
            return try .job(jobs, parameters)
        }
        on(.get, "/v1/jobs/{id}/items") { jobs, request, parameters in
            let target = request.head.target
            guard
                let page = jobs.page(
                    parameters["id"] ?? "", state: target.values("state").first, cursor: target.values("cursor").first,
                    limit: FakeJobServer.itemsAtOnce)
            else { throw Problem(.notFound) }
            return try .object(.ok, page)
        }
        on(.get, "/v1/jobs/{id}/result.tar") { _, request, _ in
            Response(.ok, "application/json", Data("[\(request.head.target.values("format"))]".utf8))
        }
        on(.put, "/v1/images/{sha256}") { jobs, request, parameters in
            let status = jobs.upload(request.body, sha256: parameters["sha256"] ?? "")
            if status >= 400 { throw Problem(.init(code: status), "no") }
            return Response(.init(code: status))
        }
        on(.get, "/v1/masks/{id}/mask.png") { _, _, _ in Response(.ok, "image/png", try Picture.png.bytes) }
        on(.get, "/v1/models") { _, _, _ in
            try .object(.ok, ["models": [["digest": "m0", "classes": ["cat", "dog"]]]])
        }
        return router
    }

    private func answer(_ request: Request, _ parameters: PathParameters, _ effect: Effect) throws -> Response {
        let (method, path) = (request.head.method.rawValue, request.head.target.path)
        let number = log.withLock { log in
            log.append("\(method) \(path)")
            return log.count - 1
        }
        fields.withLock { $0.append(["authorization": request.head.fields[.authorization]].compactMapValues { $0 }) }
        let fault = plan(method, path, number)
        if case .status(let code, let retryAfter) = fault {
            throw Problem(
                .init(code: code), "as planned", fields: retryAfter.map { [.retryAfter: $0] } ?? [:])
        }
        if case .problem(let problem) = fault { throw problem }
        if case .passwordWanted = fault {
            throw Problem(.unauthorized, fields: [.wwwAuthenticate: "Basic realm=\"proxy\""])
        }
        let response = Result { try state.withLock { try effect(&$0, request, parameters) } }
        switch fault {
        case .cut: return Response(.ok, stream: BodyStream(length: 1000, source: CutSource()))
        case .body(let body): return Response(.ok, "application/octet-stream", body)
        case .status, .problem, .passwordWanted, nil: return try response.get()
        }
    }
}

/// A body whose connection ends before it does.
private struct CutSource: BodySource {
    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) { deliver(.failed) }
    func finish() {}
}

extension Response {
    fileprivate static func object(_ status: HTTPResponse.Status, _ object: [String: Any]) throws -> Response {
        Response(status, "application/json", try JSONSerialization.data(withJSONObject: object))
    }

    fileprivate static func job(_ jobs: FakeJobs, _ parameters: PathParameters) throws -> Response {
        guard let job = jobs.jobs[parameters["id"] ?? ""] else { throw Problem(.notFound) }
        return try .object(.ok, FakeJobs.document(job))
    }
}
