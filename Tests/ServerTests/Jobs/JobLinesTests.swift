import Foundation
import TestSupport
import Testing

@testable import Server

/// Jobs in NDJSON, read as they arrive.
@Suite struct JobLinesTests {
    private static let head = Data("{\"name\":\"lines\"}\n".utf8)

    private static func line(_ number: Int, padding: Int = 0) -> Data {
        let digest = sha256(Data("\(number)".utf8))
        let space = String(repeating: " ", count: padding)
        return Data("{\"name\":\"\(number)\",\(space)\"sha256\":\"\(digest)\"}\n".utf8)
    }

    /// A body of eight times what the server holds of all bodies together.
    @Test func jobLargerThanTheMemoryForBodies_isTakenIn() throws {
        var serverLimits = ServerLimits()
        serverLimits.bufferedBodyBytes = 1 << 20
        let server = try JobServer.make(isWorking: false, serverLimits: serverLimits)
        let body = (0..<500).reduce(into: Self.head) { $0 += Self.line($1, padding: 17_000) }
        #expect(body.count > 8 << 20)
        let job: JobAnswer = try server.client().post("/v1/jobs", "application/x-ndjson", body).document()
        #expect(job.counts.total == 500 && job.name == "lines")
        // The same as one object is over the limit of that form, and says what to do.
        let whole = try server.client().post("/v1/jobs", "application/json", body)
        let problem: ProblemAnswer = try whole.document()
        #expect(whole.status == 413 && problem.detail.contains("application/x-ndjson"), "\(problem.detail)")
    }

    /// However the bytes are cut.
    @Test(arguments: [1, 2, 3, 7, 64, 1000]) func pieces_areTheSameJob(_ size: Int) throws {
        let server = try JobServer.make(isWorking: false)
        let body = Self.head + Data("\r\n  \n".utf8) + Self.line(1) + Self.line(2).dropLast()
        var lines = JobLines(limits: RequestLimits(), begin: server.jobs.planner(for: ClientIdentity()))
        for start in stride(from: 0, to: body.count, by: size) { lines.take(body[start..<min(body.count, start + size)]) }
        let read = lines.finish()
        #expect(read.digest?.rawValue == sha256(body))
        let job = try read.plan().job()
        #expect(job.name == "lines" && job.items.map(\.name) == ["1", "2"])
    }

    /// One object is JSON; where something follows the first, it is NDJSON.
    @Test(arguments: [nil, "application/octet-stream", "application/x-www-form-urlencoded"])
    func jobOfNoToldType_isWhatItsBytesAre(_ type: String?) throws {
        let client = try JobServer.make(isWorking: false).client()
        let lines: JobAnswer = try client.post("/v1/jobs", type, Self.head + Self.line(1) + Self.line(2)).document()
        #expect(lines.counts.total == 2 && lines.name == "lines")
        let text = #" {"items": [{"name": "}\"{", "sha256": "\#(sha256(Data()))"}], "name": "whole"}\#n "#
        let whole: JobAnswer = try client.post("/v1/jobs", type, Data(text.utf8)).document()
        #expect(whole.counts.total == 1 && whole.name == "whole")
        for other in ["", "[]", "\"a\"", "name=a", "{"] {
            #expect([400, 422].contains(try client.post("/v1/jobs", type, Data(other.utf8)).status), "\(other)")
        }
    }

    @Test func faultEarlyInALongBody_isToldBeforeItsEnd() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        try client.send("POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
            + "Content-Length: 50000000\r\n\r\n")
        try client.send(Self.head + Data("{\"nmae\":\"a\"}\n".utf8) + Data(repeating: 0x20, count: BodyIntake.batchBytes))
        let answer = try client.answer()
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 422 && problem.fields == ["line 2: nmae"] && answer.field("Connection") == "close")
    }

    @Test func lineWithoutEnd_isRefused() throws {
        let server = try JobServer.make(isWorking: false)
        let body = Self.head + Data(repeating: 0x20, count: JobLines.maximumLineBytes + 1)
        let answer = try server.client().post("/v1/jobs", "application/x-ndjson", body)
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 400 && problem.detail.contains("line 2 is longer than"), "\(problem.detail)")
    }

    /// What was taken in once is known by its whole body, also where it would be refused today.
    @Test func repeatedSubmission_isKnownByItsBody_whateverIsWrongWithIt() throws {
        var limits = RequestLimits()
        limits.maximumItems = 2
        let server = try JobServer.make(isWorking: false, limits: limits)
        let client = try server.client()
        let key = "Idempotency-Key: k\r\n"
        let body = Self.head + Self.line(1) + Self.line(2)
        let first: JobAnswer = try client.post("/v1/jobs", "application/x-ndjson", body, fields: key).document()
        let again = try client.post("/v1/jobs", "application/x-ndjson", body, fields: key)
        #expect(again.status == 202 && again.field("Idempotent-Replayed") == "true")
        #expect(try again.document(JobAnswer.self).id == first.id)
        let longer = body + Self.line(3)
        #expect(try client.post("/v1/jobs", "application/x-ndjson", longer, fields: key).status == 422)
        #expect(try client.post("/v1/jobs", "application/x-ndjson", longer).status == 413)
    }
}
