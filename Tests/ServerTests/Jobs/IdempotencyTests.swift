import Dispatch
import Foundation
import Testing
import TestSupport

@testable import Server

@Suite struct IdempotencyTests {
    @Test func sameKeyAndBody_isTheSameJob() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let first = try client.postJob(items(0..<2), fields: "Idempotency-Key: one\r\n")
        _ = try client.put(stubPicture(0))
        let again = try client.postJob(items(0..<2), fields: "Idempotency-Key: one\r\n")
        #expect(again.status == 202)
        #expect(again.field("Idempotent-Replayed") == "true")
        #expect(again.field("Location") == first.field("Location"))
        // As of now, not as of then.
        #expect(try again.document(JobAnswer.self).missing == [sha256(stubPicture(1))])
        let other = try client.postJob(items(0..<2), fields: "Idempotency-Key: two\r\n")
        #expect(other.status == 202 && other.field("Location") != first.field("Location"))
    }

    @Test func sameKeyWithAnotherBody_is422() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        _ = try client.postJob(items(0..<2), fields: "Idempotency-Key: one\r\n")
        let other = try client.postJob(items(0..<3), fields: "Idempotency-Key: one\r\n")
        #expect(other.status == 422)
        #expect(try other.document(ProblemAnswer.self).fields == ["Idempotency-Key"])
    }

    @Test func keyOfARefusedJob_isFree() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.postJob([], fields: "Idempotency-Key: one\r\n").status == 422)
        #expect(try client.postJob(items(0..<1), fields: "Idempotency-Key: one\r\n").status == 202)
    }

    @Test func keyOfAPurgedJob_isFree() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let first: JobAnswer = try client.postJob(items(0..<1), fields: "Idempotency-Key: one\r\n").document()
        #expect(try client.delete("/v1/jobs/\(first.id)?purge=true").status == 204)
        let second: JobAnswer = try client.postJob(items(0..<1), fields: "Idempotency-Key: one\r\n").document()
        #expect(second.id != first.id)
    }

    @Test func keyThatIsStillBeingTakenIn_is409_andOthersWait() throws {
        let server = try JobServer.make(isWorking: false)
        let isHeld = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        _ = server.jobs.submissions.submit {
            isHeld.signal()
            release.wait()
        }
        isHeld.wait()
        let body = try JSONSerialization.data(withJSONObject: ["items": items(0..<1)])
        func head(_ key: String) -> Data {
            TestClient.head("/v1/jobs", "application/json", bodyBytes: body.count, fields: "Idempotency-Key: \(key)\r\n")
        }
        let first = try server.client()
        let second = try server.client()
        try first.send(head("one") + body)
        // Answered in order on one connection: the job behind is in the queue when the first one is.
        while server.jobs.submissions.depth == 0 { sched_yield() }
        try second.send(head("one") + body)
        let refused = try second.answer()
        #expect(refused.status == 409)
        #expect(refused.field("Retry-After") != nil)
        try second.send(head("two") + body)
        release.signal()
        #expect(try second.answer().status == 202)
        let taken = try first.answer()
        #expect(taken.status == 202)
        let again = try second.post("/v1/jobs", "application/json", body, fields: "Idempotency-Key: one\r\n")
        #expect(again.field("Location") == taken.field("Location"))
    }

    @Test(arguments: ["Idempotency-Key: \r\n", "Idempotency-Key: a\r\nIdempotency-Key: b\r\n", "long"])
    func malformedKeys_are400(_ fields: String) throws {
        let server = try JobServer.make(isWorking: false)
        let fields = fields == "long" ? "Idempotency-Key: \(String(repeating: "k", count: 256))\r\n" : fields
        let answer = try server.client().postJob(items(0..<1), fields: fields)
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["Idempotency-Key"])
    }
}
