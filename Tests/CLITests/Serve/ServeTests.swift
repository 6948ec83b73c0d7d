import Foundation
import TestSupport
import Testing

/// The built server over a real socket: what users do with it, from first request to last.
@Suite struct ServeTests {
    @Test func picture_isLabelled_storedAndServedAgainAfterARestart() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("new/data")
        let server = try ServerProcess(dataDirectory: data)
        let client = try server.client()
        let posted: MaskAnswer = try client.postMask().document()
        #expect(posted.labels == ["cat"] && !posted.cached)
        let mask = try client.get(posted.links.mask).body
        let overlay = try client.get(posted.links.overlay).body
        #expect(try server.stop() == .exited(0))
        #expect(server.process.output.text == "listening on http://127.0.0.1:\(server.port)\n")

        let restarted = try ServerProcess(dataDirectory: data)
        let again = try restarted.client()
        #expect(try again.postMask().document(MaskAnswer.self).cached)
        #expect(try again.get(posted.links.mask).body == mask)
        #expect(try again.get(posted.links.overlay).body == overlay)
        #expect(restarted.process.errors.line(with: "1 masks of 1 images") != nil)
    }

    @Test func pixelLimit_isTheOneGiven() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path, ["--maximum-pixels", "8399"])
        #expect(try server.client().postMask().status == 413)
    }

    /// Every request is answered with the mask or told to come again; none is lost.
    @Test func moreRequestsThanTheQueueHolds_areAllAnswered() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path, ["--queue", "1", "--threads", "1"])
        let clients = try (0..<12).map { _ in try server.client() }
        for (index, client) in clients.enumerated() {
            let body = try Picture.jpeg(comment: "\(index)")
            try client.send(TestClient.head("/v1/masks?labels=cat", "image/jpeg", bodyBytes: body.count) + body)
        }
        let answers = try clients.map { try $0.answer() }
        for answer in answers {
            #expect(answer.status == 200 || answer.status == 503)
            #expect((answer.field("Retry-After") != nil) == (answer.status == 503))
        }
        #expect(answers.contains { $0.status == 200 })
        #expect(answers.contains { $0.status == 503 })
        #expect(try server.client().postMask().status == 200)
    }

    // MARK: - Stopping

    @Test(arguments: [SIGTERM, SIGINT]) func signal_letsARequestInFlightFinish(_ signal: Int32) throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        let body = try Picture.jpeg.bytes
        // Once the server says that it waits for the body, the request is in flight.
        try client.send(
            TestClient.head(
                "/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/jpeg", bodyBytes: body.count,
                fields: "Expect: 100-continue\r\n"))
        #expect(try client.answer().status == 100)
        server.process.send(signal)
        #expect(server.process.errors.line(with: "signal \(signal)") != nil)
        try client.send(body)
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.field("Connection") == "close")
        #expect(try client.rest().isEmpty)
        #expect(try server.process.wait() == .exited(0))

        let restarted = try ServerProcess(dataDirectory: directory.path)
        let mask: MaskAnswer = try answer.document()
        #expect(try restarted.client().get(mask.links.mask).status == 200)
    }

    @Test func signal_withoutRequests_endsTheServer() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path)
        let idle = try server.client()
        #expect(try idle.get("/healthz").status == 200)
        #expect(try server.stop() == .exited(0))
        #expect(try idle.rest().isEmpty)
    }
}
