import Foundation
import Engine
import Testing
import TestSupport

@testable import Server

@Suite struct SubmissionTests {
    @Test func job_isTakenIn_andTellsWhatTheServerLacks_inOrderAndOnce() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let pictures = [2, 1, 2, 3].map(stubPicture)
        let answer = try client.postJob(pictures.enumerated().map { item("\($0)", $1, labels: ["dog", "cat", "dog"]) })
        #expect(answer.status == 202)
        let job: JobAnswer = try answer.document()
        #expect(answer.field("Location") == "/v1/jobs/\(job.id)")
        #expect(answer.field("Retry-After").flatMap { Int($0) } ?? 0 > 0)
        #expect(answer.field("Idempotent-Replayed") == nil)
        #expect(job.missing == [pictures[0], pictures[1], pictures[3]].map(sha256))
        #expect(job.state == "queued")
        #expect(job.name == "set")
        #expect(job.counts.total == 4 && job.counts.waitingForImage == 4 && job.counts.addsUp)
        #expect(job.model == .init(digest: try RouteServer.model.get().digest, name: "default"))
        #expect(job.options.scales == [1] && !job.options.flip && job.options.refinement == "none")
        #expect(job.links.result == "/v1/jobs/\(job.id)/result.tar")
        // As it is told later: without `missing`, and the labels in the model's order, each once.
        let later = try client.job(job.id)
        #expect(later.missing == nil)
        #expect(later.createdAt == job.createdAt)
        #expect(try client.items(job.id).items.map(\.labels) == .init(repeating: ["cat", "dog"], count: 4))
    }

    @Test func lines_areTheSameJob() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let lines = """
            {"name":"lines","options":{"flip":false}}\r

            {"name":"a","sha256":"\(sha256(stubPicture(1)))"}
            {"name":"b","sha256":"\(sha256(stubPicture(2)))","labels":["cat"]}
            """
        let answer = try client.post("/v1/jobs", "application/x-ndjson", Data(lines.utf8))
        let job: JobAnswer = try answer.document()
        #expect(answer.status == 202)
        #expect(job.name == "lines" && !job.options.flip && job.options.scales == LabelingOptions.defaultScales)
        #expect(try client.items(job.id).items.map(\.name) == ["a", "b"])
        #expect(try client.items(job.id).items.map(\.labels) == [nil, ["cat"]])
    }

    @Test func noLabelAtAll_isALabel_countedOnce() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let answer = try client.postJob([
            item("none", stubPicture(1), labels: []), item("too", stubPicture(2), labels: []),
            item("free", stubPicture(1), labels: nil), item("both", stubPicture(1), labels: ["dog; cat"]),
        ])
        #expect(answer.status == 202)
        let document = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
        #expect((document["warnings"] as? [String])?.map { $0.prefix(24) } == ["2 images with no class: "])
        let job: JobAnswer = try answer.document()
        for number in 1...2 { #expect(try client.put(stubPicture(number)).status == 201) }
        try server.awaitEnd(job.id)
        let items = try client.items(job.id).items
        #expect(items.map(\.labels) == [[], [], nil, ["cat", "dog"]])
        // Not the masks that the classifier's own labels make.
        #expect(Set(items.compactMap(\.mask)).count == 4)
        let mask: MaskAnswer = try client.get("/v1/masks/\(try #require(items[0].mask))").document()
        #expect(mask.labels.isEmpty && mask.classes.isEmpty && mask.labelSource == "given")
        let archive = try client.get("/v1/jobs/\(job.id)/result.tar")
        #expect(archive.status == 200)
    }

    @Test func itemsWithTheirMaskInTheStore_areDoneAtOnce_thoseWithTheirImage_needNoUpload() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let first = try client.newJob(items(0..<2))
        for number in 0..<2 { #expect(try client.put(stubPicture(number)).status == 201) }
        try server.awaitEnd(first.id)
        let second = try client.newJob(
            items(0..<2) + [item("other", stubPicture(0), labels: ["dog"]), item("new", stubPicture(9))])
        #expect(second.missing == [sha256(stubPicture(9))])
        let job = try server.await(second.id) { $0.counts.done == 3 }
        #expect(job.counts.fromCache == 2 && job.counts.waiting == 1)
        #expect(server.engine.tasks.count == 3)
        let found = try client.items(second.id).items
        #expect(found.map(\.fromCache) == [true, true, false, false])
        #expect(found.map(\.state) == ["done", "done", "done", "waiting_for_image"])
        #expect(found[0].mask == (try client.items(first.id).items[0].mask))
        let mask = try client.get("/v1/masks/\(try #require(found[2].mask))/mask.png")
        #expect(mask.status == 200 && mask.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func nothingOfARefusedJob_isStored() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.postJob(items(0..<1) + items(0..<1)).status == 422)
        let jobs: JobsAnswer = try client.get("/v1/jobs").document()
        #expect(jobs.jobs.isEmpty)
        #expect(try client.put(stubPicture(0)).status == 409)
    }

    @Test func quota_isOfUnfinishedItems() throws {
        var limits = RequestLimits()
        limits.tokenQuota.unfinished = 3
        let server = try JobServer.make(isWorking: false, limits: limits)
        let client = try server.client()
        let first = try client.newJob(items(0..<2))
        let answer = try client.postJob(items(2..<4))
        #expect(answer.status == 429)
        #expect(answer.field("Retry-After") != nil)
        #expect(try client.delete("/v1/jobs/\(first.id)").status == 200)
        #expect(try client.postJob(items(2..<4)).status == 202)
    }
}
