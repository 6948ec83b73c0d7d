import Foundation
import Testing

@testable import Server

private let getHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct HTTPServerTests {
    @Test func requests_areServedOnOneKeptConnection() throws {
        let server = try TestServer.make()
        let client = try server.client()
        for _ in 0..<3 {
            let answer = try client.get("/hello")
            #expect(answer.status == 200 && answer.text == "hello")
            #expect(answer.field("Content-Type") == "text/plain")
            #expect(answer.field("X-Request-Id")?.utf8.count == 32)
            #expect(answer.field("Connection") == nil)
        }
        #expect(server.server.connectionCount == 1)
    }

    @Test func requestID_ofTheClientComesBack() throws {
        let server = try TestServer.make()
        let answer = try server.client().request("GET /none HTTP/1.1\r\nHost: a\r\nX-Request-Id: my-1\r\n\r\n")
        #expect(answer.field("X-Request-Id") == "my-1")
        #expect(answer.text.contains("\"request_id\":\"my-1\""))
        #expect(answer.text.contains("\"instance\":\"/none\""))
        #expect(answer.status == 404)
    }

    @Test func pipelinedRequests_areAnsweredInOrder() throws {
        let server = try TestServer.make()
        let client = try server.client()
        let count = 300
        try client.send((0..<count).map { "GET /bytes/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        for index in 0..<count { #expect(try client.answer().body.count == index) }
    }

    @Test func requestByteByByte_isServed() throws {
        let server = try TestServer.make()
        let client = try server.client()
        let text =
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n"
        for byte in text.utf8 { try client.send(Data([byte])) }
        #expect(try client.answer().text == "abc")
    }

    @Test func largeBody_isEchoedWhole() throws {
        let server = try TestServer.make()
        var generator = SeededGenerator(state: 7)
        let body = Data((0..<(1 << 20)).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        try client.send(body)
        #expect(try client.answer().body == body)
        #expect(try client.get("/hello").text == "hello")
    }

    @Test func expectContinue_getsThe100ThenTheAnswer() throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.answer().status == 100)
        try client.send("abc")
        #expect(try client.answer().text == "abc")
    }

    @Test(arguments: [("/echo", 413), ("/none", 404), ("/hello", 405)])
    func expectContinue_getsTheFinalStatusBeforeTheBody(path: String, status: Int) throws {
        let server = try TestServer.make()
        let answer = try server.client().request(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
        #expect(answer.status == status)
        #expect(answer.field("Connection") == "close")
    }

    @Test func head_hasGETsLengthAndNoBody() throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer(toHEAD: true)
        #expect(answer.status == 200 && answer.field("Content-Length") == "5")
        // The next answer follows directly.
        #expect(try client.get("/hello").text == "hello")
    }

    @Test func earlyRejection_reachesAClientThatUploadsEverythingFirst() throws {
        let server = try TestServer.make()
        let client = try server.client()
        let size = 20 << 20
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
        try client.send(Data(count: size))
        let answer = try client.answer()
        #expect(answer.status == 413)
        #expect(answer.text.contains("\"status\":413"))
        #expect(try client.rest().isEmpty)
    }

    @Test func framingError_isAnsweredAndTheConnectionEnds() throws {
        let server = try TestServer.make()
        let client = try server.client()
        let answer = try client.request("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\nGET / HTTP/1.1\r\n")
        #expect(answer.status == 400)
        #expect(try client.rest().isEmpty)
    }

    @Test func halfClosedClient_stillGetsItsAnswer() throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        client.closeWrite()
        server.awaitHeldRequest()
        server.releaseHeld()
        #expect(try client.answer().text == "waited")
        #expect(try client.rest().isEmpty)
    }

    @Test func droppedReply_is500_andASecondReplyIsIgnored() throws {
        let server = try TestServer.make()
        let client = try server.client()
        #expect(try client.get("/drop").status == 500)
        #expect(try client.get("/twice").text == "first")
        #expect(try client.get("/hello").text == "hello")
    }

    @Test func exchange_isReportedWithItsRouteTemplate() throws {
        let server = try TestServer.make()
        _ = try server.client().get("/bytes/7?x=y")
        let exchange = server.exchanges.next()
        #expect(exchange.route == "/bytes/{count}" && exchange.path == "/bytes/7")
        #expect(exchange.status == .ok && exchange.method == .get && exchange.isComplete)
    }

    @Test func listening_refusesBadAndTakenAddresses() throws {
        let server = try TestServer.make()
        #expect(throws: SocketError.invalidHost("example.org")) { try SocketAddress(host: "example.org", port: 0) }
        let second = HTTPServer(
            host: server.address.host, port: server.address.port, responder: Router(), logger: .init(label: "test"))
        #expect(throws: SocketError.system(call: "binding to \(server.address)", code: EADDRINUSE)) {
            try second.start()
        }
    }

    @Test func addresses_areWrittenAndParsed() throws {
        #expect(try SocketAddress(host: "localhost", port: 80).description == "127.0.0.1:80")
        #expect(try SocketAddress(host: "[::1]", port: 80).description == "[::1]:80")
        #expect(try TestServer.make().address.port != 0)
    }
}
