import Foundation
import TestSupport
import Testing

/// Every row of the table of right answers, against the built server over a real socket.
@Suite struct HTTPTableTests {
    enum Arrival: String, CaseIterable {
        case whole
        case byteByByte = "byte by byte"
    }

    @Test func everyRow_isAnsweredAsTheTableSays() throws {
        let directory = try TemporaryDirectory()
        let table = try HTTPTable.standard.get()
        // What is slow for these would be too fast for the bytes of the others, and the other way round.
        let arguments =
            ["--maximum-body-bytes", "\(table.maximumBodyBytes)"]
            + ["a", "b", "a_b.c", "%41", "other.example"].flatMap { ["--allow-host", $0] }
        let server = try ServerProcess(dataDirectory: directory.path("patient"), arguments)
        let impatient = try ServerProcess(
            dataDirectory: directory.path("impatient"),
            arguments + ["--header-timeout", "0.2", "--body-idle-timeout", "0.2"])
        var results: [String: (right: Int, wrong: [String])] = [:]
        for vector in table.vectors {
            for arrival in Arrival.allCases {
                var result = results[vector.row, default: (0, [])]
                do {
                    try check(vector, arrival, vector.isSlow ? impatient : server)
                    result.right += 1
                } catch {
                    result.wrong.append("\(vector.name), \(arrival.rawValue): \(error)")
                }
                results[vector.row] = result
            }
        }
        for row in table.rows + results.keys.filter({ !table.rows.contains($0) }).sorted() {
            let (right, wrong) = results[row] ?? (0, ["no vector"])
            print("HTTP table: \(wrong.isEmpty ? "ok" : "FAILED"), \(right) of \(right + wrong.count): \(row)")
            #expect(wrong.isEmpty, "\(row)")
            #expect(right > 0, "\(row)")
        }
        #expect(try server.stop() == .exited(0) && impatient.stop() == .exited(0))
    }

    private struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    private func check(_ vector: HTTPVector, _ arrival: Arrival, _ server: ServerProcess) throws {
        let client = try server.client()
        send(vector.bytes, arrival, client)
        if vector.shutsItsSide { client.closeWrite() }
        var last: TestClient.Answer?
        for (index, status) in vector.allAnswers.enumerated() {
            let answer = try client.answer(toHEAD: vector.bytes.starts(with: Array("HEAD ".utf8)))
            guard answer.status == status else {
                throw Wrong(description: "answer \(index + 1) is \(answer.status), not \(status)")
            }
            if index == 0, let then = vector.then { send(Array(then.utf8), arrival, client) }
            last = answer
        }
        if let last { try check(last, vector) }
        if vector.closes {
            guard try client.rest().isEmpty else { throw Wrong(description: "more comes instead of the end") }
        } else {
            guard try client.get("/healthz").status == 200 else {
                throw Wrong(description: "the connection does not go on")
            }
        }
    }

    private func check(_ last: TestClient.Answer, _ vector: HTTPVector) throws {
        for (name, part) in vector.lastFields {
            guard last.field(name)?.contains(part) == true else {
                throw Wrong(description: "\(name) is \(last.field(name) ?? "missing")")
            }
        }
        if let part = vector.contains, !last.text.contains(part) { throw Wrong(description: "the body is \(last.text)") }
        if last.status >= 400, vector.closes, last.field("Connection") != "close" {
            throw Wrong(description: "the end is not announced")
        }
    }

    /// The server may have answered and closed before everything is sent.
    private func send(_ bytes: [UInt8], _ arrival: Arrival, _ client: TestClient) {
        switch arrival {
        case .whole: try? client.send(Data(bytes))
        case .byteByByte:
            for byte in bytes {
                do { try client.send(Data([byte])) } catch { return }
            }
        }
    }
}
