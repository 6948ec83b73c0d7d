import Foundation
import TestSupport
import Testing

@testable import Server

/// Every door that takes a body takes it compressed.
@Suite struct CompressedBodyTests {
    private func field(_ compressed: Compressed) -> String { "Content-Encoding: \(compressed.coding)\r\n" }

    @Test(arguments: Compressed.allCases) func imageFormAndGroundTruth(_ compressed: Compressed) throws {
        let client = try RouteServer.make().client()
        let query = "labels=cat&\(TestClient.fastOptions)"
        let plain: MaskAnswer = try client.postMask(.png, query).document()
        let packed = try client.post(
            "/v1/masks?\(query)", "image/png", compressed(Picture.png.bytes), fields: field(compressed))
        #expect(try packed.document(MaskAnswer.self).id == plain.id)
        var form = MultipartForm()
        form.addFile("image", try Picture.png.bytes, type: "image/png")
        let posted = try client.post(
            "/v1/masks?\(query)", MultipartForm.contentType, compressed(form.body), fields: field(compressed))
        #expect(try posted.document(MaskAnswer.self).id == plain.id)
        let truth = compressed(TruthFixture.png(seed: 1))
        #expect(try client.putGroundTruth(truth, of: plain.id, fields: field(compressed)).status == 201)
    }

    @Test(arguments: Compressed.allCases) func jobsAndTheirImages(_ compressed: Compressed) throws {
        let client = try JobServer.make(isWorking: false).client()
        let picture = stubPicture(1)
        let item = #"{"name": "a", "sha256": "\#(sha256(picture))", "labels": ["cat"]}"#
        for (type, text) in [
            ("application/json", #"{"items": [\#(item)]}"#), ("application/x-ndjson", "{}\n\(item)\n"),
        ] {
            let key = "Idempotency-Key: \(type)\r\n"
            let job: JobAnswer = try client.post("/v1/jobs", type, Data(text.utf8), fields: key).document()
            #expect(job.counts.total == 1)
            let packed = try client.post("/v1/jobs", type, compressed(Data(text.utf8)), fields: key + field(compressed))
            #expect(packed.status == 202 && packed.field("Idempotent-Replayed") == "true")
        }
        let upload = try client.put(
            "/v1/images/\(sha256(picture))", nil, compressed(picture), fields: field(compressed))
        #expect(upload.status == 201)
    }

    @Test func linesOfALargeJob_areReadAsTheyAreDecompressed() throws {
        var limits = ServerLimits()
        limits.bufferedBodyBytes = 8 << 20
        let client = try JobServer.make(isWorking: false, serverLimits: limits).client()
        let padding = String(repeating: " ", count: 40_000)
        let lines = (0..<600).map { #"{"name": "\#($0)",\#(padding) "sha256": "\#(sha256(Data("\($0)".utf8)))"}"# }
        let body = Compressed.gzip(Data((["{}"] + lines).joined(separator: "\n").utf8))
        #expect(body.count < 1 << 20)
        let answer = try client.post("/v1/jobs", "application/x-ndjson", body, fields: field(.gzip))
        #expect(try answer.document(JobAnswer.self).counts.total == 600)
    }

    @Test func bodyLargerThanTheLimitOnceDecompressed_is413() throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 2 << 20
        let client = try RouteServer.make(limits: limits).client()
        let answer = try client.post(
            "/v1/masks", "image/png", Compressed.gzip(Data(count: 64 << 20)), fields: field(.gzip))
        #expect(answer.status == 413 && answer.text.contains("decompressed"))
    }

    @Test func otherCoding_is415WithTheOnesTaken_andTheConnectionStays() throws {
        let client = try RouteServer.make().client()
        let answer = try client.post("/v1/masks", "image/png", Data("x".utf8), fields: "Content-Encoding: br\r\n")
        #expect(answer.status == 415 && answer.text.contains("\\\"br\\\""))
        #expect(answer.field("Accept-Encoding") == "gzip, deflate")
        #expect(try client.get("/healthz").status == 200)
    }

    @Test func truncatedOrLongerBody_is400() throws {
        let server = try RouteServer.make()
        let whole = Compressed.gzip(try Picture.png.bytes)
        for body in [whole.dropLast(3), whole + Data([0])] {
            let answer = try server.client().post("/v1/masks", "image/png", Data(body), fields: field(.gzip))
            #expect(answer.status == 400 && answer.text.contains("gzip"))
        }
    }
}
