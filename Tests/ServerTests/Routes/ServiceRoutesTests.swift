import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct ServiceRoutesTests {
    @Test func models_tellWhatTheModelKnowsOfItself() throws {
        struct Listing: Decodable {
            struct Entry: Decodable {
                let name: String
                let digest: String
                let `default`: Bool
                let architecture: String
                let outputStride: Int
                let classes: [String]
                let backgroundScore: [String: Float]
                let provenance: ModelDescription.Provenance
            }
            let models: [Entry]
        }
        let model = try RouteServer.model.get()
        let answer = try RouteServer.make().client().get("/v1/models")
        #expect(answer.status == 200 && answer.field("Content-Type") == "application/json")
        let listing: Listing = try answer.document()
        let entry = try #require(listing.models.first)
        #expect(listing.models.count == 1)
        #expect(entry.name == "default" && entry.`default` && entry.digest == model.digest)
        #expect(entry.architecture == model.description.architecture)
        #expect(entry.outputStride == model.description.outputStride)
        #expect(entry.classes == model.description.classes)
        let score = model.description.backgroundScore
        #expect(entry.backgroundScore == ["binomial": score.binomial, "none": score.none])
        #expect(entry.provenance == model.description.provenance)
    }

    @Test func fullQueue_isAnswered503_andTheRequestMayComeAgain() throws {
        let server = try RouteServer.make(queueCapacity: 1)
        let client = try server.client()
        #expect(try client.get("/readyz").status == 200)

        let release = server.holdInference()
        let waiting = try server.client()
        let body = try Picture.png.bytes
        try waiting.send(
            TestClient.head("/v1/masks?labels=dog&\(TestClient.fastOptions)", "image/png", bodyBytes: body.count) + body)
        // The queue's only place is taken once the server is not ready any more.
        while try client.get("/readyz").status == 200 {}

        let refused = try client.postMask()
        #expect(refused.status == 503)
        #expect(refused.field("Content-Type") == "application/problem+json")
        #expect(Int(refused.field("Retry-After") ?? "") ?? 0 > 0)
        let ready = try client.get("/readyz")
        #expect(ready.status == 503 && ready.field("Retry-After") != nil)
        // Alive all the same, and no worse for having been refused.
        #expect(try client.get("/healthz").status == 200)
        release()
        #expect(try waiting.answer().status == 200)
        #expect(try client.postMask().status == 200)
        #expect(try client.get("/readyz").status == 200)
    }

    /// Two may be at work at the same moment; the first to finish is what everybody gets.
    @Test func sameRequestSeveralTimesAtOnce_hasOneAnswer() throws {
        let server = try RouteServer.make()
        let release = server.holdInference()
        let clients = try (0..<4).map { _ in try server.client() }
        let body = try Picture.jpeg.bytes
        for client in clients {
            try client.send(
                TestClient.head(
                    "/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/jpeg", bodyBytes: body.count) + body)
        }
        release()
        let masks = try clients.map { try $0.answer().document(MaskAnswer.self) }
        #expect(Set(masks.map(\.id)).count == 1)
        #expect(Set(masks.map(\.timings)).count == 1)
        #expect(try server.store.summary.masks == 1)
    }
}
