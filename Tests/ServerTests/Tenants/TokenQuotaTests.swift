import Foundation
import Store
import TestSupport
import Testing

@testable import Server

@Suite struct TokenQuotaTests {
    private func limits(items: Int? = nil, bytes: Int? = nil) -> RequestLimits {
        var limits = RequestLimits()
        limits.tokenQuota = JobQuota(items: items, bytes: bytes)
        return limits
    }

    private func expectQuota(_ answer: TestClient.Answer) throws {
        #expect(answer.status == 429 && answer.field("Retry-After") == nil, "\(answer.text)")
        let problem = try JSONDecoder().decode([String: JSON].self, from: answer.body)
        #expect(problem["type"]?.text == Problem.quotaType)
        #expect(answer.text.contains("DELETE /v1/jobs/{id}?purge=true"))
    }

    private struct JSON: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    /// The attack: jobs posted and cancelled again and again, which no queue's quota sees.
    @Test func postingAndCancelling_fillsNeitherTheStore_norOthersQuota() throws {
        let server = try TenantServer(isWorking: false, limits: limits(items: 120))
        var jobs: [String] = []
        var answer = try server.postJob(items(0..<100), as: "anna")
        while answer.status == 202, jobs.count < 100 {
            let job: JobAnswer = try answer.document()
            jobs.append(job.id)
            let cancelled: JobAnswer = try server.delete("/v1/jobs/\(job.id)", as: "anna").document()
            #expect(cancelled.state == "cancelled" && cancelled.counts.cancelled == 100 && cancelled.counts.addsUp)
            answer = try server.postJob(items(0..<100), as: "anna")
        }
        try expectQuota(answer)
        #expect(jobs.count == 20)
        #expect(try server.server.store.summary.bytes == 20 * 1024)
        #expect(try server.postJob(items(0..<100), as: "bert").status == 202)
        #expect(try server.delete("/v1/jobs/\(jobs[0])?purge=true", as: "anna").status == 204)
        #expect(try server.postJob(items(0..<100), as: "anna").status == 202)
    }

    @Test func uploadOverTheQuota_isRefused_untilSomethingIsPurged() throws {
        let picture = stubPicture(1)
        let server = try TenantServer(isWorking: false, limits: limits(bytes: 4 * 1024 + 3 * picture.count / 2))
        let first = try server.newJob([item("a", picture)], as: "anna")
        let second = try server.newJob([item("a", stubPicture(2))], as: "anna")
        #expect(try server.upload(picture, as: "anna").status == 201)
        try expectQuota(server.upload(stubPicture(2), as: "anna"))
        _ = try server.newJob([item("a", stubPicture(2))], as: "bert")
        #expect(try server.upload(stubPicture(2), as: "bert").status == 201)
        #expect(try server.server.record(second.id).counts.waiting == 1)
        #expect(try server.delete("/v1/jobs/\(first.id)?purge=true", as: "anna").status == 204)
        #expect(try server.upload(stubPicture(2), as: "anna").status == 201)
    }

    @Test func cancelledJob_endsItsStream_andListsWhatIsLeft() throws {
        let server = try TenantServer(isWorking: false)
        let job = try server.newJob(items(0..<5), as: "anna")
        let reader = try EventReader(server.server.client(), job.id, fields: server.line("anna"))
        #expect(try reader.next()?.name == "progress")
        #expect(try server.delete("/v1/jobs/\(job.id)", as: "anna").status == 200)
        let events = try reader.rest()
        #expect(events.map(\.name) == ["end"])
        #expect(try events.last?.document(JobAnswer.self).counts.cancelled == 5)
        let page: ItemsAnswer = try server.get("/v1/jobs/\(job.id)/items", as: "anna").document()
        #expect(page.items.isEmpty)
        #expect(try server.get("/v1/jobs/\(job.id)/result.tar", as: "anna").status == 200)
        #expect(try server.post("/v1/jobs/\(job.id)/retry", as: "anna").status == 409)
    }

    @Test func retention_purgesEndedJobs_tickByTick() throws {
        let server = try JobServer.make(retention: 600)
        let client = try server.client()
        let job = try client.newJob([item("a", stubPicture(1))])
        _ = try client.put(stubPicture(1))
        try server.awaitEnd(job.id)
        let going = try client.newJob([item("a", stubPicture(2))])
        let retention = try #require(server.jobs.retention)
        #expect(retention.tickSeconds == 60)
        for _ in 0..<10 {
            retention.tick { _ in }
            #expect(try client.get("/v1/jobs/\(job.id)").status == 200)
        }
        var gone: [String] = []
        retention.tick { gone.append($0.rawValue) }
        #expect(gone == [job.id])
        #expect(try client.get("/v1/jobs/\(job.id)").status == 404)
        #expect(try client.get("/v1/jobs/\(going.id)").status == 200)
    }
}
