import Foundation
import Testing
import TestSupport

@testable import Server

@Suite struct UploadTests {
    @Test func image_isStoredOnce_forAllItemsOfAllJobs() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let picture = stubPicture(1)
        let jobs = try (0..<2).map { _ in
            try client.newJob([item("a", picture), item("b", picture, labels: ["dog"]), item("c", stubPicture(2))])
        }
        let answer = try client.put(picture)
        #expect(answer.status == 201)
        #expect(answer.text == #"{"sha256":"\#(sha256(picture))"}"#)
        #expect(try client.put(picture).status == 200)
        for job in jobs {
            let counts = try client.job(job.id).counts
            #expect(counts.queued == 2 && counts.waitingForImage == 1 && counts.addsUp)
        }
        server.jobs.start()
        for job in jobs { try server.await(job.id) { $0.counts.done == 2 } }
        // The second job's items are the first one's, whichever came first.
        #expect(Set(server.engine.tasks.map(\.labels)).count == 2)
        #expect(try server.store.summary.masks == 2)
    }

    @Test func knownImage_isAnsweredWithoutLookingAtTheBody() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        _ = try client.newJob(items(0..<1))
        #expect(try client.put(stubPicture(0)).status == 201)
        #expect(try client.put(stubPicture(1), as: sha256(stubPicture(0))).status == 200)
    }

    @Test func otherBytes_areRefused_andTheImageStaysWanted() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let answer = try client.put(stubPicture(1), as: sha256(stubPicture(0)))
        #expect(answer.status == 422)
        #expect(try answer.document(ProblemAnswer.self).fields == ["sha256"])
        #expect(try answer.document(ProblemAnswer.self).detail.contains(sha256(stubPicture(1))))
        #expect(try client.job(job.id).counts.waitingForImage == 1)
        #expect(try client.put(Data(), as: sha256(stubPicture(0))).status == 400)
        #expect(try client.put(stubPicture(0)).status == 201)
    }

    @Test func imageThatNobodyWaitsFor_is409() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.put(stubPicture(0)).status == 409)
        let job = try client.newJob(items(0..<1))
        #expect(try client.delete("/v1/jobs/\(job.id)").status == 200)
        #expect(try client.put(stubPicture(0)).status == 409)
        #expect(try server.store.summary.images == 0)
    }

    @Test func address_isLowerCaseHex_andOnlyPutIsAllowed() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.put(stubPicture(0), as: sha256(stubPicture(0)).uppercased()).status == 404)
        let answer = try client.get("/v1/images/\(sha256(stubPicture(0)))")
        #expect(answer.status == 405 && answer.field("Allow") == "OPTIONS, PUT")
    }

    @Test func tooLargeABody_is413() throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 100_000
        let server = try JobServer.make(isWorking: false, limits: limits)
        #expect(try server.client().put(Data(count: 100_001)).status == 413)
    }
}
