import HTTPTypes
import TestSupport
import Testing

@testable import Server

@Suite struct ComparedFieldsTests {
    @Test(arguments: ["Accept", "Origin", "Authorization", "Content-Type", "Connection", "Expect", "Idempotency-Key"])
    func bytesOver7F_areRefusedNamingTheHeader(_ name: String) throws {
        let server = try RouteServer.make()
        let answer = try server.client().get("/healthz", fields: "\(name): a\u{301}\u{323}\r\n")
        #expect(answer.status == 400)
        #expect(answer.text.contains("The header \(name) has bytes that are not ASCII."))
    }

    @Test(arguments: ["If-None-Match", "X-Forwarded-For", "Cookie", "X-Other"])
    func otherFields_mayHoldThem(_ name: String) throws {
        let server = try RouteServer.make()
        #expect(try server.client().get("/", fields: "\(name): \"a\u{301}\u{323}\"\r\n").status == 200)
    }

    @Test func tagBesideAStrangeOne_isFound() throws {
        let client = try RouteServer.make().client()
        let tag = try #require(try client.get("/").field("ETag"))
        #expect(try client.get("/", fields: "If-None-Match: \"a\u{301}\", W/\(tag)\r\n").status == 304)
    }
}
