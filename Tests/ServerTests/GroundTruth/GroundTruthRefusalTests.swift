import Engine
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

@Suite struct GroundTruthRefusalTests {
    private let server: RouteServer
    private let client: TestClient
    private let mask: MaskAnswer

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
        mask = try client.postMask().document()
    }

    private func problem(_ answer: TestClient.Answer, _ status: Int) throws -> ProblemAnswer {
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.field("Content-Type") == "application/problem+json")
        return try answer.document()
    }

    private func expectNothingStored() throws {
        #expect(try client.get(mask.links.groundTruth).status == 404)
    }

    @Test(arguments: [(Picture.height, Picture.width), (Picture.width, Picture.height + 1), (1, 1), (30_000, 30_000)])
    func anotherSize_isNamedWithTheMasks(_ width: Int, _ height: Int) throws {
        let large = width * height > 1 << 20
        let png = large ? Self.enormousGrayPNG : TruthFixture.png(index: 0, width: width, height: height)
        let problem = try problem(client.putGroundTruth(png, of: mask.id), 422)
        #expect(problem.fields == ["ground_truth"])
        #expect(problem.detail.contains("\(width) x \(height)") && problem.detail.contains("112 x 75"))
        try expectNothingStored()
    }

    /// A header, chunk sums right, and no pixels.
    private static let enormousGrayPNG = Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwCAAAAABDTKdmAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")!

    @Test func indexBeyondTheClasses_isNamedWithTheirCount() throws {
        let problem = try problem(client.putGroundTruth(TruthFixture.png(index: 21), of: mask.id), 422)
        #expect(problem.fields == ["ground_truth"])
        #expect(problem.detail.contains("index 21") && problem.detail.contains("20 classes"))
        try expectNothingStored()
    }

    @Test func otherKindsOfPictures_areRefused() throws {
        for bytes in [try Picture.jpeg.bytes, Data("GIF89a".utf8), Data([0])] {
            #expect(try problem(client.putGroundTruth(bytes, of: mask.id), 415).detail.contains("indexed or gray PNG"))
        }
        // It may be a mask in colour, as far as its header tells.
        let photo = try problem(client.putGroundTruth(Picture.png.bytes, of: mask.id), 422)
        #expect(photo.fields == ["ground_truth"] && photo.detail.contains("#") && photo.detail.contains(" more"))
        try expectNothingStored()
    }

    @Test func maskOf0And255Alone_isRefusedWithTheCure() throws {
        var mask = TruthFixture.mask(seed: 1)
        for pixel in mask.indices.indices where mask.indices[pixel] != 0 { mask.indices[pixel] = IndexMask.ignore }
        let png = VOCPNG.encode(mask, classCount: TruthFixture.classCount)
        let problem = try problem(client.putGroundTruth(png, of: self.mask.id), 422)
        #expect(problem.fields == ["ground_truth"] && problem.detail.contains("recode 255"))
        try expectNothingStored()
    }

    @Test(arguments: ["application/octet-stream", "image/x-png", nil])
    func contentTypeThatSaysNothing_leavesItToTheBytes(_ type: String?) throws {
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 1), of: mask.id, type).status == 201)
        _ = try problem(client.putGroundTruth(Data("P5".utf8), of: mask.id, type), 415)
    }

    @Test(arguments: ["text/plain", "application/pdf", "multipart/form-data"])
    func otherContentType_isRefusedWithTheOneTaken(_ type: String?) throws {
        let answer = try client.putGroundTruth(TruthFixture.png(seed: 1), of: mask.id, type)
        #expect(try problem(answer, 415).detail.contains("image/png"))
        #expect(answer.field("Accept") == "image/png")
    }

    @Test func emptyBody_isRefused() throws {
        #expect(try problem(client.putGroundTruth(Data(), of: mask.id), 400).fields == ["ground_truth"])
    }

    @Test(arguments: [1, 8, 33, 57, 900]) func truncatedFile_isRefused(_ bytes: Int) throws {
        let whole = TruthFixture.png(seed: 1)
        let answer = try client.putGroundTruth(whole.prefix(min(bytes, whole.count - 1)), of: mask.id)
        #expect([415, 422].contains(answer.status))
        try expectNothingStored()
    }

    @Test func bodyOverTheLimit_isRefused() throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 20_000
        let client = try RouteServer.make(limits: limits).client()
        let mask: MaskAnswer = try client.postMask().document()
        _ = try problem(client.putGroundTruth(Data(count: 20_001), of: mask.id), 413)
    }

    @Test func unknownMask_isNotFound() throws {
        let id = String(repeating: "0", count: 64)
        for id in [id, "x", String(repeating: "A", count: 64)] {
            let path = "/v1/masks/\(id)/ground-truth"
            for answer in [
                try client.putGroundTruth(TruthFixture.png(seed: 1), of: id), try client.get(path),
                try client.delete(path),
            ] { _ = try problem(answer, 404) }
        }
        #expect(try client.get("/v1/masks/\(id)/ground-truth").document(ProblemAnswer.self).detail.contains("POST"))
    }

    @Test(arguments: ["classes=20", "=", "label_source=given"]) func unknownField_isNamed(_ query: String) throws {
        let path = mask.links.groundTruth + "?" + query
        let put = TestClient.head(path, "image/png", bodyBytes: 0, method: "PUT")
        try client.send(put)
        for answer in [try client.answer(), try client.get(path), try client.delete(path)] {
            #expect(try problem(answer, 400).fields == [String(query.prefix { $0 != "=" })])
        }
    }

    @Test(arguments: [
        ("colour=red", "colour"), ("mask=1", "mask"), ("model=", "model"), ("model=abc", "model"),
        ("model=0123456G", "model"), ("model=0123456A", "model"), ("options=binomial", "options"),
        ("model=" + String(repeating: "a", count: 65), "model"), ("model=01234567&model=01234567", "model"),
        ("options={}", "options"), ("limit=0", "limit"), ("limit=101", "limit"), ("cursor=1", "cursor"),
        ("cursor=", "cursor"), ("cursor=a-b-given", "cursor"),
    ])
    func invalidFieldOfTheSummary_isNamed(_ query: String, _ field: String) throws {
        let answer = try client.get("/v1/metrics/summary?\(query.replacingOccurrences(of: "{}", with: "%7B%7D"))")
        let problem = try problem(answer, 400)
        #expect(problem.fields == [field] && problem.detail.contains(field))
    }

    @Test(arguments: [
        ("POST", "/v1/masks/1/ground-truth", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("PATCH", "/v1/masks/1/ground-truth", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("PUT", "/v1/metrics/summary", "GET, HEAD, OPTIONS"), ("DELETE", "/v1/metrics/summary", "GET, HEAD, OPTIONS"),
    ])
    func otherMethod_isRefusedWithTheAllowedOnes(_ method: String, _ path: String, _ allow: String) throws {
        let answer = try client.request("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try problem(answer, 405)
        #expect(answer.field("Allow") == allow)
    }

    @Test func maskOfAnotherModel_isAConflict() throws {
        try server.store.execute("UPDATE mask SET modelDigest = '\(String(repeating: "a", count: 64))'")
        let answer = try client.putGroundTruth(TruthFixture.png(seed: 1), of: mask.id)
        #expect(try problem(answer, 409).detail.contains("aaaaaaaa"))
        try expectNothingStored()
    }

    @Test func fullQueue_isAnswered503() throws {
        let server = try RouteServer.make(queueCapacity: 1)
        let client = try server.client()
        let mask: MaskAnswer = try client.postMask().document()
        let release = server.holdInference()
        let waiting = try server.client()
        let png = TruthFixture.png(seed: 1)
        try waiting.send(
            TestClient.head(mask.links.groundTruth, "image/png", bodyBytes: png.count, method: "PUT") + png)
        while try client.get("/readyz").status == 200 {}
        let refused = try client.putGroundTruth(png, of: mask.id)
        #expect(refused.status == 503 && refused.field("Retry-After") != nil)
        release()
        #expect(try waiting.answer().status == 201)
        #expect(try client.putGroundTruth(png, of: mask.id).status == 200)
    }
}
