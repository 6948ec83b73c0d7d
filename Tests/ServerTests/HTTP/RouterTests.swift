import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import Server

private func makeRouter() -> Router {
    var router = Router()
    router.on(.get, "/v1/masks/{id}") { _, parameters, reply in
        reply(Response(body: Data((parameters["id"] ?? "").utf8)))
    }
    router.on(.get, "/v1/masks/latest") { _, _, reply in reply(Response(body: Data("literal".utf8))) }
    router.on(.get, "/v1/pages/{number}") { _, parameters, reply in
        let number: Int = try parameters.value("number")
        reply(Response(body: Data("\(number + 1)".utf8)))
    }
    router.on(.post, "/v1/masks", mediaTypes: ["image/png", "image/jpeg"], maximumBodyBytes: 1 << 20) { _, _, reply in
        reply(Response(.created))
    }
    return router
}

private func admit(_ method: String, _ path: String, _ fields: String = "") throws -> Admission {
    var head = try head("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    return makeRouter().admit(&head)
}

private func respond(_ method: String, _ path: String) throws -> Response {
    let answer = Mutex<Response?>(nil)
    let request = Request(head: try head("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n"), body: Data())
    makeRouter().respond(to: request) { response in answer.withLock { $0 = response } }
    return try #require(answer.withLock { $0 })
}

private func rejection(_ admission: Admission) throws -> Response {
    switch admission {
    case .reject(let response), .refuse(let response): return response
    case .accept, .stream: throw Problem(.internalServerError, "was accepted")
    }
}

@Test func route_isFoundByTemplate_literalBeforeParameter() throws {
    let byParameter = try respond("GET", "/v1/masks/a%2Fb")
    #expect(byParameter.body == .data(Data("a/b".utf8)))
    #expect(byParameter.route == "/v1/masks/{id}")
    #expect(try respond("GET", "/v1/masks/latest").route == "/v1/masks/latest")
    #expect(try respond("HEAD", "/v1/masks/x").route == "/v1/masks/{id}")
}

@Test func unknownPath_is404() throws {
    for path in ["/", "/v1", "/v1/masks/a/b", "/v1//masks", "/v1/masks/a//", "//"] {
        #expect(try rejection(admit("GET", path)).status == .notFound, "\(path)")
    }
}

@Test func slashAtTheEnd_changesNothing() throws {
    #expect(try respond("GET", "/v1/masks/a/").body == .data(Data("a".utf8)))
    #expect(try respond("GET", "/v1/masks/latest/?x=y").route == "/v1/masks/latest")
    #expect(try rejection(admit("GET", "/v1/masks/")).fields[.allow] == "OPTIONS, POST")
    let post = "Content-Length: 1\r\nContent-Type: image/png\r\n"
    #expect(try admit("POST", "/v1/masks/", post) == .accept(maximumBodyBytes: 1 << 20))
}

@Test(arguments: ["//", "/v1/masks/a//", "/v1//masks/a", "//v1/masks/a"])
func twoSlashesInARow_areAnotherPath(_ path: String) throws {
    #expect(try respond("GET", path).status == .notFound)
}

@Test func knownMethodOnTheWrongPath_is405WithAllow() throws {
    let response = try rejection(admit("DELETE", "/v1/masks"))
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields[.allow] == "OPTIONS, POST")
    #expect(response.route == "/v1/masks")
    #expect(try rejection(admit("POST", "/v1/masks/x")).fields[.allow] == "GET, HEAD, OPTIONS")
    #expect(try rejection(admit("TRACE", "/v1/masks/x")).status == .methodNotAllowed)
}

@Test func unknownMethod_is501() throws {
    #expect(try rejection(admit("BREW", "/v1/masks")).status == .notImplemented)
    #expect(try rejection(admit("get", "/v1/masks/x")).status == .notImplemented)
}

@Test func options_isAnsweredWithAllow() throws {
    let one = try rejection(admit("OPTIONS", "/v1/masks"))
    #expect(one.status == .noContent)
    #expect(one.fields[.allow] == "OPTIONS, POST")
    #expect(try rejection(admit("OPTIONS", "*")).fields[.allow] == "GET, HEAD, OPTIONS, POST")
}

@Test func wrongMediaType_is415BeforeTheBody() throws {
    let length = "Content-Length: 10\r\n"
    #expect(try rejection(admit("POST", "/v1/masks", length)).status == .unsupportedMediaType)
    let text = try rejection(admit("POST", "/v1/masks", length + "Content-Type: text/plain\r\n"))
    #expect(text.status == .unsupportedMediaType)
    #expect(text.fields[.accept] == "image/png, image/jpeg")
    #expect(
        try admit("POST", "/v1/masks", length + "Content-Type: Image/PNG; x=y\r\n")
            == .accept(maximumBodyBytes: 1 << 20))
}

@Test func untoldMediaType_isForTheRouteToTell_whereItCan() throws {
    var router = Router()
    let types = ["image/png", "multipart/form-data"]
    router.on(.post, "/a", mediaTypes: types, tellsTypeByBytes: true, maximumBodyBytes: 10) { _, _, reply in
        reply(Response())
    }
    router.on(.post, "/b", mediaTypes: ["application/json"], tellsTypeByBytes: true, maximumBodyBytes: 10) {
        _, _, reply in reply(Response())
    }
    func isAccepted(_ path: String, _ field: String) throws -> Bool {
        var head = try head("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\(field)\r\n")
        return router.admit(&head) == .accept(maximumBodyBytes: 10)
    }
    for field in [
        "", "Content-Type:\r\n", "Content-Type: application/octet-stream\r\n",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n",
    ] {
        #expect(try isAccepted("/a", field) && isAccepted("/b", field), "\(field)")
    }
    for type in ["image/jpg", "image/pjpeg", "Image/X-PNG", "image/webp", "image/*"] {
        let field = "Content-Type: \(type)\r\n"
        #expect(try isAccepted("/a", field) && !isAccepted("/b", field), "\(type)")
    }
    for type in ["text/plain", "application/pdf", "image", "multipart/mixed", "application/octet-stream, image/png"] {
        #expect(try !isAccepted("/a", "Content-Type: \(type)\r\n"), "\(type)")
    }
}

@Test func typedParameter_thatDoesNotParseIs400() throws {
    #expect(try respond("GET", "/v1/pages/41").body == .data(Data("42".utf8)))
    let response = try respond("GET", "/v1/pages/x")
    #expect(response.status == .badRequest)
    guard case .problem(let problem) = response.body else {
        Issue.record("the answer is not a problem")
        return
    }
    #expect(problem.errors.map(\.field) == ["number"])
}

@Test func problem_rendersEveryMember() throws {
    let problem = Problem(
        .unprocessableContent, "Unknown label.", errors: [.init(field: "labels", detail: "dgo: did you mean dog?")])
    let text = String(decoding: problem.render(requestID: "r1", instance: "/v1/masks"), as: UTF8.self)
    #expect(
        text == """
            {"detail":"Unknown label.","errors":[{"detail":"dgo: did you mean dog?","field":"labels"}],\
            "instance":"/v1/masks","request_id":"r1","status":422,"title":"Unprocessable Content",\
            "type":"about:blank"}
            """)
}

@Test func unknownError_isA500ThatHidesItsInside() {
    struct Secret: Error { let password = "hunter2" }
    let problem = Problem(Secret())
    #expect(problem.status == .internalServerError)
    #expect(problem.detail?.contains("hunter2") == false)
}
