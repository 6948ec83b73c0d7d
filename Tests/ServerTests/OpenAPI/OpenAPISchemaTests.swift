import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

/// Schemas name exactly what the service writes: no member is missing in a schema, and what it requires is always there.
@Suite struct OpenAPISchemaTests {
    private let document: [String: Any]
    private let server: JobServer
    private let client: TestClient

    init() throws {
        server = try JobServer.make()
        client = try server.client()
        let answer = try client.get("/openapi.json")
        document = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    }

    private func member(_ path: String...) -> [String: Any] {
        path.reduce(document) { $0[$1] as? [String: Any] ?? [:] }
    }

    private func component(_ reference: String) -> [String: Any] {
        let steps = reference.split(separator: "/").dropFirst().map(String.init)
        return steps.reduce(document) { $0[$1] as? [String: Any] ?? [:] }
    }

    /// Where a value and its schema differ in their members, or in a value that is one of few.
    private func faults(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        var schema = schema
        if let reference = schema["$ref"] as? String { schema = component(reference) }
        if schema.isEmpty { return ["\(place): has no schema"] }
        if let object = value as? [String: Any] {
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            let further = schema["additionalProperties"] as? [String: Any]
            let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
            return missing.map { "\(place): lacks \($0)" }
                + object.flatMap { name, value in
                    guard let schema = properties[name] ?? further else {
                        return ["\(place).\(name): is not described"]
                    }
                    return faults(value, schema, at: "\(place).\(name)")
                }
        }
        if let list = value as? [Any] {
            let items = schema["items"] as? [String: Any] ?? [:]
            return list.enumerated().flatMap { faults($1, items, at: "\(place)[\($0)]") }
        }
        if let text = value as? String, let known = schema["enum"] as? [String], !known.contains(text) {
            return ["\(place): \(text) is not described"]
        }
        return []
    }

    private func check(_ answer: TestClient.Answer, _ schema: String, _ status: Int = 200) throws {
        #expect(answer.status == status, "\(answer.text)")
        let value = try JSONSerialization.jsonObject(with: answer.body)
        #expect(faults(value, member("components", "schemas", schema), at: schema) == [])
    }

    @Test func examples_areWhatTheirSchemasSay() throws {
        let examples = member("components", "examples").compactMapValues { ($0 as? [String: Any])?["value"] }
        for (name, value) in examples where !["NewJobLines", "JobEvents"].contains(name) {
            let schema = name.hasSuffix("Problem") ? "Problem" : name
            #expect(faults(value, member("components", "schemas", schema), at: name) == [])
        }
        #expect(examples.count > 25)
    }

    @Test func answersAboutMasks_areDescribed() throws {
        let mask = try client.postMask()
        try check(mask, "Mask")
        let id = try #require(mask.field("X-Mask-Id"))
        try check(try client.get("/v1/masks/\(id)"), "Mask")
        try check(try client.get("/v1/models"), "Models")
        try check(try client.get("/v1/metrics/summary"), "MetricsSummary")
        try check(try client.get("/healthz"), "Alive")
        try check(try client.get("/readyz"), "Ready")
        try check(try client.postMask(.jpeg, "flip=perhaps"), "Problem", 400)
        try check(try client.get("/v1/masks/\(id)/ground-truth"), "Problem", 404)
    }

    @Test func answersAboutJobs_areDescribed() throws {
        let picture = stubPicture(0)
        server.engine.warn(picture, Warning(.nearlyBlack, "it is dark"))
        let answer = try client.postJob([item("0", picture, labels: ["cat", "dog"])])
        try check(answer, "AcceptedJob", 202)
        let path = try #require(answer.field("Location"))
        try check(try client.put("/v1/images/\(sha256(picture))", nil, picture), "UploadedImage", 201)
        try server.awaitEnd(String(path.suffix(32)))
        try check(try client.get(path), "Job")
        try check(try client.get("/v1/jobs"), "JobPage")
        let items = try client.get("\(path)/items?warning=any")
        try check(items, "JobItemPage")
        let mask = try #require(try items.document(ItemsAnswer.self).items.first?.mask)
        let odd = try client.get("/v1/masks/\(mask)")
        try check(odd, "Mask")
        let document: MaskAnswer = try odd.document()
        #expect(document.warnings?.count == 1 && document.image.warnings?.count == 1)
        try check(try client.get("\(path)/result.tar?format=coco"), "COCOResults")
        try check(try client.request("POST \(path)/pause HTTP/1.1\r\nHost: a\r\n\r\n"), "Problem", 409)
    }

    /// Fields that every answer has, or that belong to the connection; the document says them once.
    private static let everywhere: Set = [
        "content-type", "content-length", "transfer-encoding", "connection", "date", "x-content-type-options",
        "content-security-policy", "referrer-policy",
    ]

    private func checkFields(_ answer: TestClient.Answer, _ method: String, _ path: String) {
        var response = member("paths", path, method, "responses", "\(answer.status)")
        if let reference = response["$ref"] as? String { response = component(reference) }
        let described = Set((response["headers"] as? [String: Any] ?? [:]).keys.map { $0.lowercased() })
        let names = answer.head.components(separatedBy: "\r\n").dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
        let sent = Set(names.filter { !$0.isEmpty }).subtracting(Self.everywhere)
        #expect(sent.isSubset(of: described), "\(method) \(path) \(answer.status): \(sent.subtracting(described))")
    }

    @Test func fieldsOfAnswers_areDescribed() throws {
        let mask = try client.postMask()
        checkFields(mask, "post", "/v1/masks")
        let id = try #require(mask.field("X-Mask-Id"))
        let kept = "/v1/masks/\(id)"
        checkFields(try client.get(kept), "get", "/v1/masks/{id}")
        for name in ["mask.png", "ground-truth"] {
            checkFields(try client.get("\(kept)/\(name)"), "get", "/v1/masks/{id}/\(name)")
        }
        // A body that is not read ends its connection.
        checkFields(try server.client().post("/v1/masks", "text/plain", Data([0])), "post", "/v1/masks")
        let job = try client.postJob(items(0..<1), fields: "Idempotency-Key: one\r\n")
        checkFields(job, "post", "/v1/jobs")
        checkFields(try client.postJob(items(0..<1), fields: "Idempotency-Key: one\r\n"), "post", "/v1/jobs")
        _ = try client.put("/v1/images/\(sha256(stubPicture(0)))", nil, stubPicture(0))
        let path = try #require(job.field("Location"))
        try server.awaitEnd(String(path.suffix(32)))
        for fields in ["", "Range: bytes=0-9\r\n", "Range: bytes=9999999-\r\n", "If-None-Match: *\r\n"] {
            let answer = try client.get("\(path)/result.tar", fields: fields)
            checkFields(answer, "get", "/v1/jobs/{id}/result.tar")
        }
        for path in ["/", "/metrics", "/openapi.json", "/v1/jobs", "/v1/models", "/healthz", "/readyz"] {
            checkFields(try client.get(path), "get", path)
        }
    }
}
