import Foundation
import TestSupport
import Testing

/// What the service writes to standard error.
@Suite struct LogTests {
    private struct Entry: Decodable {
        let message: String
        let level: String
        let method: String
        let route: String
        let path: String
        let status: Int
        let milliseconds: Int
        let complete: Bool
    }

    @Test func accessLog_hasTheRequestIDOfTheAnswer_asJSON() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path, ["--log-format", "json", "--access-log"])
        let client = try server.client()
        let answer = try client.get("/v1/masks/" + String(repeating: "0", count: 64) + "?token=secret")
        let id = try #require(answer.field("X-Request-Id"))
        let line = try #require(server.process.errors.line(with: "\"request_id\":\"\(id)\""))
        let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
        #expect(entry.message == "request" && entry.level == "info" && entry.complete && entry.milliseconds >= 0)
        #expect(entry.method == "GET" && entry.status == 404 && entry.route == "/v1/masks/{id}")
        #expect(!entry.path.contains("secret"))
        #expect(try server.stop() == .exited(0))
        for line in server.process.errors.text.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["message"] is String, "\(line)")
        }
    }

    @Test func logLevel_leavesOutWhatMattersLess() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path, ["--log-level", "warning", "--access-log"])
        _ = try server.client().get("/healthz")
        #expect(try server.stop() == .exited(0))
        #expect(server.process.errors.text.isEmpty)
    }

    @Test func unknownFormat_isRefused() throws {
        let refused = try pseudolabel("serve", "--port", "0", "--log-format", "xml")
        #expect(refused.status == 64 && refused.errors.contains("--log-format"))
    }
}
