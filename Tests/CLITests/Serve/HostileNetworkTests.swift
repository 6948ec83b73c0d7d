import Foundation
import TestSupport
import Testing

/// Clients that are slow, gone or too many, against the built server with little patience.
@Suite(.serialized) struct HostileNetworkTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func serve(_ arguments: String..., launcher: [String] = []) throws -> ServerProcess {
        try ServerProcess(dataDirectory: directory.path, arguments, launcher: launcher)
    }

    @Test func readerThatTakesNothing_isCut() throws {
        let server = try serve("--write-idle-timeout", "0.3")
        let stuck = try server.client()
        // The server stops reading once its answers are not taken, and cuts the connection.
        let error = try #require(throws: TestClient.Failure.self) {
            while true {
                try stuck.send(String(repeating: "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 1000))
            }
        }
        #expect(error.description.contains("reset") || error.description.contains("Broken pipe"), "\(error)")
        #expect(try server.isAlive())
        #expect(try server.stop() == .exited(0))
    }

    @Test func answerToAnEarlyRejection_arrivesWhileTheBodyIsStillSent() throws {
        let server = try serve("--maximum-body-bytes", "100000")
        let size = 20 << 20
        for fields in ["Content-Length: \(size)", "Transfer-Encoding: chunked"] {
            let client = try server.client()
            try client.send(
                "POST /v1/masks HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n\(fields)\r\n\r\n")
            if fields.contains("chunked") { try client.send("\(String(size, radix: 16))\r\n") }
            try client.send(Data(count: size))
            let answer = try client.answer()
            #expect(answer.status == 413 && answer.field("Connection") == "close")
            #expect(try answer.document(ProblemAnswer.self).detail.contains("100000 bytes"))
            #expect(try client.rest().isEmpty)
        }
        #expect(try server.stop() == .exited(0))
    }

    @Test func halfClosedClient_getsItsMask() throws {
        let server = try serve()
        let client = try server.client()
        let body = try Picture.png.bytes
        try client.send(
            TestClient.head("/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/png", bodyBytes: body.count) + body)
        client.closeWrite()
        #expect(try client.answer().status == 200)
        #expect(try client.rest().isEmpty)
    }

    /// Their machines lost power: nothing ever comes, no end either. They hold every connection there is.
    @Test(.enabled(if: TestClient.canVanish, "needs the right to close sockets without a word (CAP_NET_ADMIN)"))
    func peersThatVanished_areGivenUp_andMakeRoom() throws {
        let server = try serve(
            "--maximum-connections", "8", "--maximum-refusals", "0", "--header-timeout", "0.3", "--body-idle-timeout",
            "0.3", "--keep-alive-timeout", "0.3", "--linger-idle-timeout", "0.3")
        for index in 0..<8 {
            let client = try server.client()
            switch index % 4 {
            case 0: break
            case 1: #expect(try client.get("/healthz").status == 200)
            case 2: try client.send("GET /healthz HTTP/1.1\r\nHost")
            default: try client.send(TestClient.head("/v1/masks", "image/png", bodyBytes: 100) + Data(count: 10))
            }
            client.vanish()
        }
        #expect(try server.client().get("/healthz").status == 200)
        #expect(try server.stop() == .exited(0))
    }

    /// Real exhaustion: nothing is reserved, so accepting itself fails. An accept loop that spins takes a whole core;
    /// one that waits takes next to nothing, however long it lasts.
    @Test func outOfDescriptors_theServerWaitsWithoutWorking_andRecovers() throws {
        let server = try serve(
            "--reserved-descriptors", "0", "--maximum-refusals", "0", "--header-timeout", "0.7",
            launcher: ["prlimit", "--nofile=64"])
        let first = try server.client()
        #expect(try first.get("/healthz").status == 200)
        let before = try server.processorTime()
        let crowd = try (0..<200).map { _ in try server.client() }
        #expect(server.process.errors.line(with: "cannot accept connections") != nil)
        #expect(try first.get("/healthz").status == 200)
        // They say nothing, so each is sent away when its time is up, and then the next ones are accepted: over many
        // pauses of the listener.
        for client in crowd { #expect(try client.rest().isEmpty) }
        let used = try server.processorTime() - before
        #expect(used < 0.4, "the server worked for \(used) s while it had nothing to do")
        #expect(try first.get("/healthz").status == 200)
        #expect(try server.client().postMask().status == 200)
        #expect(try server.stop() == .exited(0))
    }
}
