import Foundation
import HTTPTypes
import Text

extension HTTPRequest.Method {
    /// A safe request with a body (draft-ietf-httpbis-safe-method-w-body); no route takes it.
    static let query = HTTPRequest.Method("QUERY")!
}

/// Finds the handler of a request by method and path, and refuses what no route takes before the body is read.
public struct Router: Responder {
    public typealias Reply = @Sendable (Response) -> Void
    /// Called on the connection's queue with a request, its path parameters, and the reply to call exactly once. What
    /// it throws is answered as the `Problem` it is.
    public typealias Handler = @Sendable (Request, PathParameters, @escaping Reply) throws -> Void

    /// What takes a request's body as it arrives, and up to how many bytes; nil for a body that is held whole. Called on
    /// the connection's queue.
    public typealias Intake = @Sendable (RequestHead) -> (intake: BodyIntake, maximumBytes: Int)?

    struct Route: Sendable {
        let method: HTTPRequest.Method
        let template: RouteTemplate
        let maximumBodyBytes: Int
        let mediaTypes: [String]?
        let tellsTypeByBytes: Bool
        let access: RouteAccess
        let oversizeAdvice: String?
        let intake: Intake?
        let handler: Handler
    }

    static let knownMethods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .delete, .patch, .options, .trace, .connect, .query,
    ]
    /// Routes that take no body still read this much, so that a harmless one does not cost the connection.
    private static let ignoredBodyBytes = 64 * 1024

    private var routes: [Route] = []

    public init() {}

    /// What it answers, HEAD and OPTIONS left out.
    var operations: [(method: HTTPRequest.Method, path: String, access: RouteAccess)] {
        routes.map { ($0.method, $0.template.description, $0.access) }
    }

    /// Adds a route. GET routes also serve HEAD; OPTIONS is answered for every path.
    /// - Parameters:
    ///   - mediaTypes: essences such as `image/png` that a body may have (415 otherwise); nil takes any.
    ///   - tellsTypeByBytes: whether the handler looks what the body is where its Content-Type does not say it.
    ///   - maximumBodyBytes: larger bodies are answered 413; 0 for routes that take none.
    ///   - access: who may use it, where tokens are needed.
    ///   - oversizeAdvice: what to do instead of sending a larger body.
    public mutating func on(
        _ method: HTTPRequest.Method, _ template: String, mediaTypes: [String]? = nil,
        tellsTypeByBytes: Bool = false, maximumBodyBytes: Int = 0,
        access: RouteAccess = .byMethod, oversizeAdvice: String? = nil, intake: Intake? = nil,
        handler: @escaping Handler
    ) {
        routes.append(
            Route(
                method: method, template: RouteTemplate(template),
                maximumBodyBytes: maximumBodyBytes == 0 ? Self.ignoredBodyBytes : maximumBodyBytes,
                mediaTypes: mediaTypes, tellsTypeByBytes: tellsTypeByBytes, access: access,
                oversizeAdvice: oversizeAdvice, intake: intake, handler: handler))
    }

    /// Who may send this request; what no route takes is not open either.
    func access(to head: RequestHead) -> RouteAccess {
        if case .route(let route, _) = find(head) { route.access } else { .byMethod }
    }

    public func isHealthCheck(_ head: RequestHead) -> Bool { access(to: head) == .healthCheck }

    public func admit(_ head: inout RequestHead) -> Admission {
        switch find(head) {
        case .answer(let response): .reject(response)
        case .route(let route, _):
            if let problem = unsupportedBody(head, route) {
                .refuse(response(problem, of: route))
            } else if let (intake, maximumBytes) = route.intake?(head) {
                .stream(maximumBodyBytes: maximumBytes, intake)
            } else if let problem = oversizedBody(head, route) {
                .reject(response(problem, of: route))
            } else {
                .accept(maximumBodyBytes: route.maximumBodyBytes)
            }
        }
    }

    public func respond(to request: Request, reply: @escaping Reply) {
        switch find(request.head) {
        case .answer(let response): reply(response)
        case .route(let route, let parameters):
            let template = route.template.description
            do {
                try route.handler(request, parameters) { response in
                    var response = response
                    response.route = template
                    reply(response)
                }
            } catch {
                reply(response(Problem(error), of: route))
            }
        }
    }

    private enum Finding {
        case route(Route, PathParameters)
        case answer(Response)
    }

    private func find(_ head: RequestHead) -> Finding {
        // RFC 9110 section 15.6.2.
        guard Self.knownMethods.contains(head.method) else {
            return .answer(Response(Problem(.notImplemented, "The method \(head.method) is not known.")))
        }
        if head.target.isAsterisk {
            let all = Set(routes.flatMap { Self.methods($0.method) })
            return .answer(Response(.noContent, fields: [.allow: Self.allow(all)]))
        }
        let segments = Self.withoutLastSlash(head.target.segments)
        let matches = routes.compactMap { route in
            route.template.match(segments).map { (route: route, parameters: $0) }
        }
        guard let first = matches.first else {
            return .answer(Response(Problem(.notFound, "There is nothing at \(head.target.path.cut(bytes: 200)).")))
        }
        // All methods of one template belong together, so the most specific template decides before the method.
        let template = matches.dropFirst().reduce(first.route.template) { best, match in
            match.route.template.isMoreSpecific(than: best) ? match.route.template : best
        }
        let candidates = matches.filter { $0.route.template == template }
        let method = head.method == .head ? HTTPRequest.Method.get : head.method
        if let match = candidates.first(where: { $0.route.method == method }) {
            return .route(match.route, match.parameters)
        }
        return .answer(refusal(head, template: template, methods: candidates.map(\.route.method)))
    }

    /// A slash at the end of a path changes nothing: clients put base addresses and paths together with one too many.
    /// Two in a row are another path.
    private static func withoutLastSlash(_ segments: [String]) -> [String] {
        guard segments.count > 1, segments.last?.isEmpty == true, !segments[segments.count - 2].isEmpty else {
            return segments
        }
        return segments.dropLast()
    }

    /// OPTIONS answered, or 405; both with Allow (RFC 9110 section 9.3.7 and 15.5.6).
    private func refusal(
        _ head: RequestHead, template: RouteTemplate, methods: [HTTPRequest.Method]
    ) -> Response {
        let allow = Self.allow(Set(methods.flatMap(Self.methods)))
        var response =
            head.method == .options
            ? Response(.noContent, fields: [.allow: allow])
            : Response(
                Problem(
                    .methodNotAllowed, "\(head.method) is not allowed here, only \(allow).", fields: [.allow: allow]))
        response.route = template.description
        return response
    }

    /// A body that says that it is too large for a route that knows of another way (RFC 9110 section 15.5.14).
    private func oversizedBody(_ head: RequestHead, _ route: Route) -> Problem? {
        guard let advice = route.oversizeAdvice, case .length(let length) = head.framing,
            length > route.maximumBodyBytes
        else { return nil }
        return Problem(
            .contentTooLarge, "The body is larger than \(route.maximumBodyBytes) bytes, the limit here; \(advice).")
    }

    /// RFC 9110 section 15.5.16.
    private func unsupportedBody(_ head: RequestHead, _ route: Route) -> Problem? {
        guard let mediaTypes = route.mediaTypes, head.framing != .none else { return nil }
        let given = head.fields[.contentType]
        let type = given.flatMap(MediaType.init)
        if let type, mediaTypes.contains(type.essence) { return nil }
        if route.tellsTypeByBytes, UntoldType.covers(given, type, among: mediaTypes) { return nil }
        return Problem(
            .unsupportedMediaType,
            "The body's Content-Type is \(given.map { "\"\($0.cut(bytes: 100))\"" } ?? "missing"); "
                + "it must be one of \(mediaTypes.joined(separator: ", ")).",
            fields: [.accept: mediaTypes.joined(separator: ", ")])
    }

    private func response(_ problem: Problem, of route: Route) -> Response {
        var response = Response(problem)
        response.route = route.template.description
        return response
    }

    private static func methods(_ method: HTTPRequest.Method) -> [HTTPRequest.Method] {
        method == .get ? [.get, .head, .options] : [method, .options]
    }

    private static func allow(_ methods: Set<HTTPRequest.Method>) -> String {
        methods.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
