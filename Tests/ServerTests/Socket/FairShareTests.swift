import Foundation
import TestSupport
import Testing

@testable import Server

private let getHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
private let getEvents = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"

/// What one client cannot take from the others. Clients are told apart by their addresses on the loopback network.
@Suite struct FairShareTests {
    // MARK: - Memory

    @Test func uploadThatComesQuickly_isServedBesideSlowOnesThatHoldAllMemory() throws {
        let server = try TestServer.make {
            $0.bufferedBodyBytes = 800_000
            $0.clientBodyBytes = 800_000
        }
        let slow = try (0..<8).map { _ in
            let client = try server.client(from: "127.0.0.2")
            try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n")
            try client.send(Data(count: 100_000))
            return client
        }
        try server.awaitTraffic { $0.bodyBytes.value >= 800_000 }
        let quick = try server.client()
        try quick.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 150000\r\n\r\n")
        try quick.send(Data(count: 150_000))
        #expect(try quick.answer().status == 200)
        // Two had to go, and are told.
        var statuses: [Int: Int] = [:]
        for client in slow {
            try? client.send("x")
            let answer = try client.answer()
            statuses[answer.status, default: 0] += 1
            if answer.status == 503 { #expect(answer.field("Retry-After") == "2") }
        }
        #expect(statuses == [200: 6, 503: 2])
        try server.awaitTraffic { $0.bodyBytes.value <= 0 }
        #expect(server.server.traffic.cutoffs.first { $0.reason == .bodyBytes }?.count == 2)
    }

    @Test func clientWithTooManyUploads_losesItsOwn() throws {
        let server = try TestServer.make { $0.clientBodyBytes = 150_000 }
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n"
        let other = try server.client()
        let first = try server.client(from: "127.0.0.2")
        for client in [other, first] {
            try client.send(head)
            try client.send(Data(count: 100_000))
        }
        try server.awaitTraffic { $0.bodyBytes.value >= 200_000 }
        let second = try server.client(from: "127.0.0.2")
        try second.send(head)
        try second.send(Data(count: 100_001))
        #expect(try second.answer().status == 200)
        #expect(try first.answer().status == 429)
        try other.send("x")
        #expect(try other.answer().status == 200)
    }

    @Test func readersThatTakeNothing_fillOnlyTheirClientsShare() throws {
        let server = try TestServer.make { $0.bufferedAnswerBytes = 16 << 20 }
        let size = 8 << 20
        let readers = try (0..<150).map { _ in
            let client = try server.client(from: "127.0.0.2", receiveBuffer: 4096)
            try client.send("GET /bytes/\(size) HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }
        var statuses: [String: Int] = [:]
        for reader in readers {
            let line = String(decoding: try reader.some().prefix(12), as: UTF8.self)
            statuses[line, default: 0] += 1
            #expect(server.server.traffic.answerBytes.value <= 16 << 20)
        }
        #expect(statuses == ["HTTP/1.1 200": 1, "HTTP/1.1 429": 149])
        #expect(try server.client().get("/bytes/\(size)").body.count == size)
        // What is small is always sent.
        #expect(try server.client(from: "127.0.0.2").get("/bytes/1000").body.count == 1000)
        for reader in readers { reader.close() }
        try server.awaitTraffic { $0.answerBytes.value <= 0 }
    }

    // MARK: - Connections

    @Test func addressWithAllItsConnections_leavesHealthChecksAndOtherAddresses() throws {
        let server = try TestServer.make {
            $0.connections = 8
            $0.refusals = 4
            $0.clientConnections = 3
        }
        let greedy = try (0..<3).map { _ in try server.client(from: "127.0.0.2") }
        for client in greedy { #expect(try client.get("/hello").status == 200) }
        let refused = try server.client(from: "127.0.0.2").request(getHello)
        #expect(refused.status == 429 && refused.field("Retry-After") == "1" && refused.field("Connection") == "close")
        let health = try server.client(from: "127.0.0.2").get("/healthz")
        #expect(health.status == 200 && health.field("Connection") == "close")
        #expect(try server.client(from: "127.0.0.3").get("/hello").status == 200)
        greedy[0].close()
        var status = 429
        while status == 429 { status = (try? server.client(from: "127.0.0.2").get("/hello").status) ?? 429 }
        #expect(status == 200)
    }

    @Test func fullServer_answersHealthChecks_andNoAddressTakesThatAway() throws {
        let server = try TestServer.make {
            $0.connections = 2
            $0.refusals = 4
        }
        let served = try (0..<2).map { _ in try server.client() }
        for client in served { #expect(try client.get("/hello").status == 200) }
        #expect(try server.client(from: "127.0.0.4").get("/healthz").status == 200)
        #expect(try server.client(from: "127.0.0.5").get("/hello").status == 503)
        // Silent ones take the places of one address, and no more.
        let silent = try (0..<2).map { _ in try server.client(from: "127.0.0.2") }
        let third = try server.client(from: "127.0.0.2")
        // Turned away without a word of its own; the answer may be lost with the reset.
        if let answer = try? third.answer() { #expect(answer.status == 503) }
        #expect(try server.client(from: "127.0.0.3").get("/healthz").status == 200)
        withExtendedLifetime((served, silent)) {}
    }

    @Test func requestsOfOneClientBehindAProxy_areCounted() throws {
        let server = try TestServer.make(
            { $0.clientConnections = 1 },
            responder: { router in
                Gatekeeper(
                    router: router, tokens: nil, rate: nil, hosts: nil, crossOrigin: try CrossOrigin([]),
                    proxies: TrustedProxies([try #require(IPNetwork("127.0.0.1"))]))
            })
        func head(_ path: String, _ client: Int) -> String {
            "GET \(path) HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.\(client)\r\n\r\n"
        }
        let first = try server.client()
        try first.send(head("/wait", 1))
        server.awaitHeldRequest()
        let refused = try server.client().request(head("/hello", 1))
        #expect(refused.status == 429 && refused.field("Connection") == "close")
        #expect(try server.client().request(head("/healthz", 1)).status == 200)
        let other = try server.client()
        #expect(try other.request(head("/hello", 2)).status == 200)
        #expect(try other.request(head("/hello", 2)).status == 200)
        server.releaseHeld()
        #expect(try first.answer().status == 200)
        #expect(try first.request(head("/hello", 1)).status == 200)
    }

    // MARK: - Streams

    @Test func streamsWithoutEnd_areCountedApart() throws {
        let server = try TestServer.make {
            $0.clientStreams = 2
            $0.streams = 3
        }
        func open(_ source: String) throws -> TestClient {
            let client = try server.client(from: source)
            try client.send(getEvents)
            #expect(String(decoding: try client.some().prefix(12), as: UTF8.self) == "HTTP/1.1 200")
            return client
        }
        let own = try (0..<2).map { _ in try open("127.0.0.2") }
        let refused = try server.client(from: "127.0.0.2")
        let answer = try refused.request(getEvents)
        #expect(answer.status == 429 && answer.field("Retry-After") == "10")
        // The connection goes on, and other answers are no streams.
        #expect(try refused.get("/stream/3").body.count == 3 * CountingSource.chunkSize)
        let other = try open("127.0.0.3")
        #expect(try server.client(from: "127.0.0.4").request(getEvents).status == 503)
        try server.client(from: "127.0.0.4").send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n")
        own[0].close()
        try server.awaitTraffic { $0.streams.value <= 2 }
        _ = try open("127.0.0.4")
        withExtendedLifetime((own, other)) {}
    }

    // MARK: - Turns

    @Test func refusedRequestsSentAhead_areAnsweredInOrder() throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send(String(repeating: "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", count: 500) + getHello)
        for _ in 0..<500 { #expect(try client.answer().status == 404) }
        #expect(try client.answer().text == "hello")
    }
}
