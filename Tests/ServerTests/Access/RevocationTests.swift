import Foundation
import TestSupport
import Testing

@testable import Server

/// What becomes of requests whose token goes while they last.
@Suite struct RevocationTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)").path

    private func write(_ tokens: [AccessToken]) throws {
        try tokens.map(\.line).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func serve(_ tokens: TokenTable) throws -> TestServer {
        try TestServer.make(responder: { router in
            Gatekeeper(
                router: router, tokens: tokens, rate: nil, hosts: nil, crossOrigin: try CrossOrigin([]),
                proxies: TrustedProxies([]))
        })
    }

    private func head(_ line: String, _ secret: String, _ fields: String = "") -> String {
        "\(line) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(secret)\r\n\(fields)\r\n"
    }

    /// Clients with a request each that does not end by itself: a stream, a download, an upload, one that is worked on.
    private struct Busy {
        let stream: TestClient
        let download: TestClient
        let upload: TestClient
        let waiting: TestClient
    }

    private func busy(_ server: TestServer, _ secret: String) throws -> Busy {
        let stream = try server.client()
        try stream.send(head("GET /events", secret))
        let download = try server.client(receiveBuffer: 4096)
        try download.send(head("GET /stream/1000", secret))
        for client in [stream, download] {
            #expect(String(decoding: try client.some().prefix(12), as: UTF8.self) == "HTTP/1.1 200")
        }
        let upload = try server.client()
        let held = server.server.traffic.bodyBytes.value
        try upload.send(head("POST /echo", secret, "Content-Length: 4\r\n") + "abc")
        try server.awaitTraffic { $0.bodyBytes.value >= held + 3 }
        let waiting = try server.client()
        try waiting.send(head("GET /wait", secret))
        server.awaitHeldRequest()
        return Busy(stream: stream, download: download, upload: upload, waiting: waiting)
    }

    @Test(arguments: [0, 1]) func revokedToken_losesWhatItBegan_andOthersGoOn(_ change: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (anna, annas) = try AccessToken.make(name: "anna", scope: .label)
        let (bert, berts) = try AccessToken.make(name: "bert", scope: .label)
        try write([anna, bert])
        let tokens = try TokenTable(path: path)
        let server = try serve(tokens)
        let revoked = try busy(server, annas)
        let other = try busy(server, berts)

        // Gone, or another secret under the same name.
        let next = change == 0 ? [bert] : [try AccessToken.make(name: "anna", scope: .label).token, bert]
        try write(next)
        try tokens.reload()
        server.server.recheck()

        #expect(throws: TestClient.Failure.self) { try revoked.stream.rest() }
        #expect(throws: TestClient.Failure.self) { try revoked.download.rest() }
        for client in [revoked.upload, revoked.waiting] {
            let answer = try client.answer()
            #expect(answer.status == 401 && answer.field("Connection") == "close")
            #expect(answer.field("WWW-Authenticate")?.contains("invalid_token") == true)
        }
        try other.upload.send("d")
        #expect(try other.upload.answer().text == "abcd")
        server.releaseHeld()
        #expect(try other.waiting.answer().text == "waited")
        // Both have been asked by now, and go on.
        let read = try other.download.rest(atLeast: 1000 * CountingSource.chunkSize)
        #expect(read >= 1000 * CountingSource.chunkSize)
        #expect(server.server.traffic.streams.value == 1)
        #expect(server.server.traffic.cutoffs.first { $0.reason == .revoked }?.count == 4)
    }

    @Test func tokenThatMayDoLess_losesOnlyWhatItMayNotDo() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (anna, secret) = try AccessToken.make(name: "anna", scope: .label)
        try write([anna])
        let tokens = try TokenTable(path: path)
        let server = try serve(tokens)
        let busy = try busy(server, secret)
        try write([AccessToken(name: "anna", scope: .read, digest: anna.digest)])
        try tokens.reload()
        server.server.recheck()
        #expect(try busy.upload.answer().status == 401)
        server.releaseHeld()
        #expect(try busy.waiting.answer().text == "waited")
        #expect(server.server.traffic.streams.value == 1)
    }
}

extension TestClient {
    /// Reads until there were so many bytes, or the connection ends.
    fileprivate func rest(atLeast count: Int) throws -> Int {
        var read = 0
        while read < count {
            let bytes = try some()
            if bytes.isEmpty { break }
            read += bytes.count
        }
        return read
    }
}
