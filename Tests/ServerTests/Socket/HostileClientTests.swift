import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct HostileClientTests {
    @Test func slowHead_isAnswered408() throws {
        let server = try TestServer.make { $0.headerTimeout = .milliseconds(50) }
        let client = try server.client()
        let answer = try client.request("GET / HTTP/1.1\r\nHo")
        #expect(answer.status == 408)
        #expect(try client.rest().isEmpty)
    }

    @Test func slowBody_isAnswered408() throws {
        let server = try TestServer.make { $0.bodyIdleTimeout = .milliseconds(50) }
        let client = try server.client()
        #expect(try client.request("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx").status == 408)
    }

    @Test func idleConnection_isClosedSilently() throws {
        let server = try TestServer.make { $0.keepAliveTimeout = .milliseconds(50) }
        let client = try server.client()
        #expect(try client.get("/hello").status == 200)
        #expect(try client.rest().isEmpty)
        let silent = try TestServer.make { $0.headerTimeout = .milliseconds(50) }
        #expect(try silent.client().rest().isEmpty)
    }

    @Test func stuckReader_isCut() throws {
        let server = try TestServer.make { $0.writeIdleTimeout = .milliseconds(50) }
        let client = try TestClient(server.address, receiveBuffer: 4096)
        try client.send("GET /bytes/30000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        let exchange = server.exchanges.next()
        #expect(!exchange.isComplete && exchange.status == .ok)
    }

    @Test func slowReader_getsABigResponseWhole() throws {
        let server = try TestServer.make()
        let client = try TestClient(server.address, receiveBuffer: 4096)
        try client.send("GET /bytes/8000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().body == Data(repeating: 0x61, count: 8_000_000))
    }

    @Test func streamedResponse_isProducedOnlyAsFastAsItIsRead() throws {
        let server = try TestServer.make()
        let client = try TestClient(server.address, receiveBuffer: 4096)
        let chunks = 1024
        try client.send("GET /stream/\(chunks) HTTP/1.0\r\n\r\n")
        var consumed = 0
        var furthestAhead = 0
        while true {
            let bytes = try client.some()
            if bytes.isEmpty { break }
            consumed += bytes.count
            furthestAhead = max(furthestAhead, server.producedBytes - consumed)
        }
        #expect(consumed > chunks * CountingSource.chunkSize)
        // The kernel's send buffer grows to some megabytes; the response has 64.
        #expect(furthestAhead < 16 << 20)
    }

    @Test func peerThatResets_harmsNobody() throws {
        let server = try TestServer.make()
        for _ in 0..<20 {
            let client = try server.client()
            try client.send("GET /bytes/20000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.some()
            client.reset()
            #expect(!server.exchanges.next().isComplete)
        }
        #expect(try server.client().get("/hello").text == "hello")
    }

    @Test func peerThatResetsWhileItsRequestIsWorkedOn_harmsNobody() throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.awaitHeldRequest()
        client.reset()
        server.releaseHeld()
        #expect(try server.client().get("/hello").text == "hello")
    }

    @Test func idleConnections_doNotKeepOthersWaiting() throws {
        let server = try TestServer.make()
        let idle = try (0..<200).map { _ in try server.client() }
        #expect(try server.client().get("/hello").text == "hello")
        for client in idle { #expect(try client.get("/hello").text == "hello") }
    }

    @Test func connectionsBeyondTheCap_areTold503_untilOneEnds() throws {
        let server = try TestServer.make {
            $0.connections = 2
            $0.refusals = 1
        }
        let served = try (0..<2).map { _ in try server.client() }
        for client in served { #expect(try client.get("/hello").status == 200) }
        let refused = try server.client()
        try refused.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try refused.answer()
        #expect(answer.status == 503)
        #expect(answer.field("Retry-After") == "1")
        #expect(answer.field("Connection") == "close")
        refused.close()

        served[0].close()
        var status = 503
        while status == 503 { status = try server.client().get("/hello").status }
        #expect(status == 200)
        #expect(try served[1].get("/hello").status == 200)
    }

    @Test func connectionsBeyondTheRefusals_waitAndAreServedLater() throws {
        let server = try TestServer.make {
            $0.connections = 1
            $0.refusals = 0
        }
        let first = try server.client()
        #expect(try first.get("/hello").status == 200)
        let second = try server.client()
        try second.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        first.close()
        #expect(try second.answer().text == "hello")
    }

    @Test func uploadsBeyondTheMemoryForBodies_areTold503() throws {
        let server = try TestServer.make { $0.bufferedBodyBytes = 100_000 }
        let answer = try server.client().request(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n"
                + String(repeating: "x", count: 150_000))
        #expect(answer.status == 503)
        let small = try server.client().request("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        #expect(small.text == "abc")
    }

    @Test func endlessPipelining_withoutReadingIsBounded() throws {
        let server = try TestServer.make { $0.writeIdleTimeout = .milliseconds(200) }
        let client = try TestClient(server.address, receiveBuffer: 4096)
        // The server stops reading once its answers are not taken, and cuts the connection.
        #expect(throws: TestClient.Failure.self) {
            while true { try client.send(String(repeating: "GET /bytes/9999 HTTP/1.1\r\nHost: a\r\n\r\n", count: 100)) }
        }
        #expect(try server.client().get("/hello").text == "hello")
    }

    @Test func requestsSentAheadBeyondTheBound_areAllAnswered_evenAfterAHalfClose() throws {
        let server = try TestServer.make()
        let client = try server.client()
        let ahead = 2000
        // While the first request waits, reading is paused with most of this, and the end, still in the kernel.
        try client.send(
            "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"
                + String(repeating: "GET /bytes/3 HTTP/1.1\r\nHost: a\r\n\r\n", count: ahead))
        client.closeWrite()
        server.awaitHeldRequest()
        server.releaseHeld()
        #expect(try client.answer().text == "waited")
        for _ in 0..<ahead { #expect(try client.answer().text == "aaa") }
        #expect(try client.rest().isEmpty)
    }

    @Test func connections_areAllReleased_howeverTheyEnd() async throws {
        let server = try TestServer.make()
        for round in 0..<50 {
            let client = try server.client()
            switch round % 5 {
            case 0: client.reset()
            case 1: client.close()
            case 2: try client.send("GET /bytes/1000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            case 3: try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx")
            default: _ = try client.request("garbage\r\n")
            }
        }
        #expect(await server.server.drain(within: .seconds(20)) == .finished)
        #expect(server.server.connectionCount == 0)
    }
}
