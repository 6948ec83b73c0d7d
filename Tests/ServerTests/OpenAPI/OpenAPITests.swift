import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let answer = try JobServer.make().client().get("/openapi.json")
        #expect(answer.status == 200 && answer.field("Content-Type") == "application/json")
        return try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    }

    /// Neither has an operation that the other lacks.
    @Test func operations_areThoseOfTheRouter() throws {
        let server = try JobServer.make()
        let router = API.router(server.service, jobs: server.jobs)
        let served = Set(router.operations.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        let described = Set(
            paths.flatMap { path, item in item.keys.filter { $0 != "parameters" }.map { "\($0) \(path)" } })
        #expect(described == served)
    }

    @Test func everyOperation_hasAnIDOfItsOwn_aSummaryAndAnswers() throws {
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        var ids: Set<String> = []
        for (path, item) in paths {
            for (method, operation) in item where method != "parameters" {
                let operation = try #require(operation as? [String: Any], "\(method) \(path)")
                #expect(ids.insert(try #require(operation["operationId"] as? String)).inserted)
                #expect(operation["summary"] is String)
                let answers = try #require(operation["responses"] as? [String: Any])
                #expect(answers.keys.contains { $0.hasPrefix("2") } && answers["default"] != nil, "\(method) \(path)")
            }
            // Parameters of the path are declared.
            let declared = (item["parameters"] as? [[String: Any]] ?? []).count
            #expect(declared == path.split(separator: "{").count - 1, "\(path)")
        }
    }

    /// What the document says of a token is what is asked of it.
    @Test func scopes_areTheRouters() throws {
        let server = try JobServer.make()
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        for operation in API.router(server.service, jobs: server.jobs).operations {
            let method = operation.method.rawValue
            let described = try #require(paths[operation.path]?[method.lowercased()] as? [String: Any])
            let security = try #require(described["security"] as? [[String: [String]]], "\(method) \(operation.path)")
            let scope = operation.access.scope(for: try head("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n"))
            #expect(security == (scope.map { [[:], ["token": [$0.rawValue]]] } ?? []), "\(method) \(operation.path)")
            let answers = try #require(described["responses"] as? [String: Any])
            #expect((answers["401"] != nil) == (scope != nil) && answers["429"] != nil)
            #expect(answers["421"] != nil && answers["503"] != nil)
        }
    }

    @Test func references_leadSomewhere() throws {
        let document = try document()
        func resolve(_ reference: String) -> Any? {
            reference.split(separator: "/").dropFirst().reduce(document as Any?) { ($0 as? [String: Any])?[String($1)] }
        }
        var count = 0
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String {
                    count += 1
                    #expect(resolve(reference) != nil, "\(reference)")
                }
                object.values.forEach(walk)
            } else if let list = value as? [Any] {
                list.forEach(walk)
            }
        }
        walk(document)
        #expect(count > 50)
    }

    @Test func limits_areTheServersOwn() throws {
        var limits = RequestLimits()
        limits.maximumItems = 12_345
        let text = String(decoding: OpenAPIDocument(limits: limits).json, as: UTF8.self)
        #expect(text.contains(#""maxItems": 12345"#) && text.contains("At most 12345 items"))
    }
}
