import Engine
import Foundation
import Server
import Synchronization
import TestSupport
import Testing

/// Every text input costs work in proportion to the text's length, counted in instructions and not in time. What is
/// covered is the tables `HostileRequests` and `HostileFiles`.
@Suite struct HostileTextTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func everyTextInputOfTheAPI_costsWorkInProportionToItsLength() throws {
        guard InstructionCount.isPossible() else {
            return print("\(#function): skipped, there is no valgrind (and strip) to count instructions with")
        }
        let (token, secret) = try AccessToken.make(name: "tester", scope: .admin)
        let counter = try InstructionCount(
            [
                try InstructionCount.binary(in: directory), "serve", "--port", "0", "--data-dir", directory.path("data"),
                "--token-file", try directory.write(token.line + "\n", "tokens"), "--cors-origin", "https://page.test",
                "--allow-host", "service.test", "--trusted-proxy", "127.0.0.1", "--webhook-host", "hooks.test",
                "--webhook-secret-file", try directory.write(String(repeating: "s", count: 32), "secret"),
            ])
        let greeting = "listening on http://127.0.0.1:"
        guard let line = counter.process.output.line(with: greeting), let port = UInt16(line.dropFirst(greeting.count))
        else { throw InstructionCount.Failure(description: counter.process.errors.text) }
        let job = try endedJob(port, secret)
        try counter.start()
        var faults: [String] = []
        for input in HostileRequests.all(secret: secret, job: job) {
            let requests = Growth.parts.map { input.request(HostileText(bytes: input.bytes / $0)) }
            // What is done once is not counted.
            _ = try counter.count { _ = try send(requests[0], port) }
            let costs = try requests.map { request in
                try counter.count {
                    let answer = try send(request, port)
                    // Whatever was sent, it does not come back: a message names the field and the beginning.
                    if answer.status >= 400, answer.body.count > 4096 {
                        faults.append("\(input.name): the answer \(answer.status) has \(answer.body.count) bytes")
                    }
                }
            }
            if let fault = Growth.fault(costs) { faults.append("\(input.name): \(fault)") }
        }
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        counter.process.send(SIGTERM)
        #expect(try counter.process.wait() == .exited(0))
    }

    @Test func everyTextInputOfFilesAndCommands_costsWorkInProportionToItsLength() throws {
        guard InstructionCount.isPossible() else {
            return print("\(#function): skipped, there is no valgrind (and strip) to count instructions with")
        }
        let binary = try InstructionCount.binary(in: directory)
        let faults = Mutex<[String]>([])
        try ParallelItems.forEach(count: HostileFiles.all.count, threads: 2) { index in
            let input = HostileFiles.all[index]
            let costs = try Growth.parts.map { part in
                let folder = try TemporaryDirectory()
                let text = HostileText(bytes: input.bytes / part).text
                let (count, errors) = try InstructionCount.ofRun(
                    [binary] + input.arguments(text, folder), variables: input.environment(text))
                if errors.utf8.isEmpty { faults.withLock { $0.append("\(input.name): it was taken") } }
                return count
            }
            if let fault = Growth.fault(costs) { faults.withLock { $0.append("\(input.name): \(fault)") } }
        }
        #expect(faults.withLock { $0 }.isEmpty, "\(faults.withLock { $0 }.joined(separator: "\n"))")
    }

    /// A job that has ended, so that its result has a length.
    private func endedJob(_ port: UInt16, _ secret: String) throws -> String {
        let fields = "Authorization: Bearer \(secret)\r\n"
        let body = #"{"items": [{"name": "n", "sha256": "\#(String(repeating: "0", count: 64))"}]}"#
        let answer = try TestClient(port: port).post("/v1/jobs", "application/json", Data(body.utf8), fields: fields)
        let document = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
        let id = try #require(document["id"] as? String)
        #expect(try TestClient(port: port).delete("/v1/jobs/\(id)", fields: fields).status == 200)
        return id
    }

    private func send(_ request: Data, _ port: UInt16) throws -> (status: Int, body: Data) {
        let client = try TestClient(port: port)
        try client.send(request)
        let answer = try client.answer()
        return (answer.status, answer.body)
    }
}
