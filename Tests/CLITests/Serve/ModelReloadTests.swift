import Crypto
import Foundation
import TestSupport
import Testing

/// Another model while the service runs: SIGHUP.
@Suite struct ModelReloadTests {
    private let directory: TemporaryDirectory
    private let model: String

    init() throws {
        directory = try TemporaryDirectory()
        model = directory.path("model.safetensors")
        try pack(seed: 1)
    }

    /// The shipped weights under another description, so that the digest is another one; put in place as a whole.
    private func pack(seed: Int) throws {
        let models = Picture.repository.appendingPathComponent("Models")
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: models.appendingPathComponent("default.json")))
        var description = try #require(json as? [String: Any])
        var provenance = try #require(description["provenance"] as? [String: Any])
        provenance["seed"] = "\(seed)"
        description["provenance"] = provenance
        try directory.write(try JSONSerialization.data(withJSONObject: description), "description.json")
        let packed = try pseudolabel(
            "pack-model", models.appendingPathComponent("default.safetensors").path, "--description",
            directory.path("description.json"), "--out", directory.path("next.safetensors"))
        #expect(packed.status == 0, "\(packed.errors)")
        #expect(rename(directory.path("next.safetensors"), model) == 0)
    }

    private func digest() throws -> String {
        SHA256.hash(data: try directory.data("model.safetensors")).map { String(format: "%02x", $0) }.joined()
    }

    private func serve() throws -> ServerProcess {
        try ServerProcess(dataDirectory: directory.path("data"), ["--model", model, "--threads", "1"])
    }

    /// Without the name, which a mask of a model that is not served any more lacks.
    private struct MaskOfModel: Decodable {
        struct Model: Decodable { let digest: String }
        let model: Model
    }

    private struct Items: Decodable {
        struct Item: Decodable { let mask: String? }
        let items: [Item]
    }

    @Test func newModel_servesWithoutARequestLost_andMasksKeepTheDigestTheyWereMadeWith() throws {
        let first = try digest()
        let server = try serve()
        let client = try server.client()
        let old: MaskAnswer = try client.postMask().document()
        #expect(old.model.digest == first)

        // A job of the first model, whose picture comes later.
        let picture = try Picture.jpeg(comment: "of a job")
        let sha256 = SHA256.hash(data: picture).map { String(format: "%02x", $0) }.joined()
        let body =
            #"{"items":[{"name":"a","sha256":"\#(sha256)","labels":["cat"]}],"options":{"scales":[0.5],"flip":false}}"#
        let accepted = try client.post("/v1/jobs", "application/json", Data(body.utf8))
        #expect(accepted.status == 202, "\(accepted.text)")
        let job = try #require(accepted.field("Location"))

        try pack(seed: 2)
        let second = try digest()
        #expect(second != first)
        // In flight while the model changes.
        let clients = try (0..<8).map { _ in try server.client() }
        for (index, client) in clients.enumerated() {
            let body = try Picture.jpeg(comment: "\(index)")
            try client.send(
                TestClient.head("/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/jpeg", bodyBytes: body.count)
                    + body)
        }
        server.process.send(SIGHUP)
        for client in clients {
            let answer = try client.answer()
            #expect(answer.status == 200, "\(answer.text)")
            #expect([first, second].contains(try answer.document(MaskAnswer.self).model.digest))
        }
        #expect(server.process.errors.line(with: "digest \(second) from now on") != nil)

        let new: MaskAnswer = try client.postMask().document()
        #expect(new.model.digest == second && !new.cached && new.id != old.id)
        let again: MaskOfModel = try client.get(old.links.`self`).document()
        #expect(again.model.digest == first)
        #expect(try client.get("/v1/models").text.contains(second))

        // The job goes on with the model that it was taken in for.
        #expect([200, 201, 204].contains(try client.put("/v1/images/\(sha256)", "image/jpeg", picture).status))
        while try !client.get(job).text.contains(#""state":"done""#) {}
        let items: Items = try client.get("\(job)/items").document()
        let mask: MaskOfModel = try client.get("/v1/masks/\(try #require(items.items.first?.mask))").document()
        #expect(mask.model.digest == first)
        #expect(server.process.errors.line(with: "model \(first) has no jobs left") != nil)
        #expect(try server.stop() == .exited(0))
    }

    @Test func fileThatIsNoModel_leavesTheOldOneServing() throws {
        let first = try digest()
        let server = try serve()
        let client = try server.client()
        // The engine has the file behind it.
        #expect(server.process.errors.line(with: "engine ready") != nil)
        try directory.write(Data("no model".utf8), "model.safetensors")
        server.process.send(SIGHUP)
        #expect(server.process.errors.line(with: "the model stays as it was")?.contains("model.safetensors") == true)
        #expect(try client.get("/metrics").text.contains("\npseudolabel_model_reload_failed 1\n"))
        let mask: MaskAnswer = try client.postMask().document()
        #expect(mask.model.digest == first)
        #expect(try server.stop() == .exited(0))
    }
}
