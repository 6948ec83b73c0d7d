import Foundation
import Testing

@testable import Store

@Suite struct SubmissionTests {
    let store: Store

    init() throws {
        store = try Store.openTemporary()
    }

    @Test func items_areQueuedWhereTheirImageIsThere() throws {
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let job = try store.submitted(.make(images: [1, 2, 1, 3]))
        #expect(try store.states(job.id) == [.queued, .waiting, .queued, .waiting])
        #expect(job.counts == .make(waiting: 2, queued: 2))
        #expect(job.phase == .active && !job.hasStarted && !job.hasEnded)
        #expect(try store.missingImages(of: job.id) == [.make(2), .make(3)])
        try store.expectConsistent()
    }

    @Test func itemsReadBack_areAsTheyWerePosted() throws {
        let items = [
            try NewJob.Item.make(mask: 5, image: 4, name: "ä/'b\"", labels: ["cat", "\"quoted\" \u{1F408}"]),
            try .make(mask: 6, image: 4, name: "none", labels: []),
            try .make(mask: 7, image: 3, name: "predicted", labels: nil),
        ]
        let posted = try NewJob.make(items, name: "näme", owner: "o", callbackURL: "https://a/b")
        let job = try store.submitted(posted)
        let read = try store.items(job.id)
        #expect(read.map(\.position) == [0, 1, 2])
        #expect(read.map(\.name) == items.map(\.name))
        #expect(read.map(\.labels) == items.map(\.labels))
        #expect(read.map(\.image) == items.map(\.image))
        #expect(read.map(\.mask) == items.map(\.mask))
        #expect((job.name, job.owner, job.options) == ("näme", "o", "{}"))
        #expect(job.callback == JobCallback(url: "https://a/b", state: .waiting, attempts: 0))
        #expect(try store.job(job.id) == job)
    }

    @Test func jobWithoutItems_hasEndedAtOnce() throws {
        let job = try store.submitted(.make(images: [], callbackURL: "https://a"))
        #expect(job.hasEnded && job.counts.total == 0)
        #expect(try store.pendingCallbacks(limit: 9).map(\.id) == [job.id])
        #expect(try store.claimed() == nil)
        #expect(try store.purge(job.id))
        try store.expectConsistent()
    }

    @Test func keySentAgain_givesTheFirstJob() throws {
        let posted = try NewJob.make(images: [1])
        guard case .created(let first) = try store.submit(posted, key: .make()),
            case .repeated(let second) = try store.submit(posted, key: .make())
        else {
            Issue.record("not created and repeated")
            return
        }
        #expect(first.id == second.id)
        guard case .repeated = try store.submission(.make()) else {
            Issue.record("the look-up does not find it")
            return
        }
        #expect(try store.jobs(limit: 9).count == 1)
    }

    @Test func keyWithAnotherBody_isReused() throws {
        _ = try store.submit(.make(images: [1]), key: .make(body: 1))
        guard case .keyReused = try store.submit(.make(images: [2]), key: .make(body: 2)) else {
            Issue.record("not refused")
            return
        }
        #expect(try store.jobs(limit: 9).count == 1)
    }

    @Test func keyOfAnotherOwner_isAnotherKey() throws {
        _ = try store.submit(.make(images: [1], owner: "a"), key: .make(owner: "a"))
        guard case .created = try store.submit(.make(images: [1], owner: "b"), key: .make(owner: "b", body: 2)) else {
            Issue.record("not created")
            return
        }
    }

    @Test func keyOfAPurgedJob_isFree() throws {
        guard case .created(let job) = try store.submit(.make(images: [1]), key: .make()) else { return }
        #expect(try store.purge(job.id))
        let earlier = try store.submission(.make())
        if case .some = earlier { Issue.record("the key is still taken") }
        guard case .created = try store.submit(.make(images: [2]), key: .make(body: 2)) else {
            Issue.record("not created")
            return
        }
    }

    @Test func quota_countsTheOwnersUnfinishedItemsOnly() throws {
        let four = JobQuota(unfinished: 4)
        let first = try store.submitted(.make(images: [1, 2, 3], owner: "a"))
        guard case .overQueue(let held) = try store.submit(.make(images: [4, 5], owner: "a"), quota: four),
            held.unfinished == 3
        else {
            Issue.record("over the quota and taken")
            return
        }
        guard case .created = try store.submit(.make(images: [4], owner: "a"), quota: four),
            case .created = try store.submit(.make(images: [1, 2, 3, 4], owner: "b"), quota: four)
        else {
            Issue.record("within the quota and refused")
            return
        }
        #expect(isDone(try store.cancel(first.id)))
        guard case .created = try store.submit(.make(images: [5, 6, 7], owner: "a"), quota: four) else {
            Issue.record("cancelled items count")
            return
        }
    }

    @Test func nameGivenTwice_storesNothing() throws {
        let items = try [1, 2].map { try NewJob.Item.make(mask: $0, name: "same") }
        #expect(throws: StoreError.self) { try store.submit(.make(items), key: .make()) }
        #expect(try store.jobs(limit: 9).isEmpty)
        let earlier = try store.submission(.make())
        if case .some = earlier { Issue.record("the key is still taken") }
        try store.expectConsistent()
    }

    @Test func numberOfAPurgedJob_isNotGivenAgain() throws {
        let first = try store.submittedWithImages([1, 2])
        try store.completeAll()
        let range = JobResultRange(try store.record(first.id), after: -1)
        let entry = try #require(try store.resultEntries(range, after: -1, limit: 1).first)
        #expect(try store.purge(first.id))
        let second = try store.submittedWithImages([3, 4])
        try store.completeAll()
        #expect(second.number > first.number)
        #expect(try store.resultEntries(range, after: -1, limit: 9).isEmpty)
        #expect(try store.png(of: entry) == noise(1000, seed: 1))
    }

    @Test func jobs_areListedNewestFirst() throws {
        let ids = try (1...5).map { try store.submitted(.make(images: [$0])).id }
        #expect(try store.jobs(limit: 2).map(\.id) == [ids[4], ids[3]])
        #expect(try store.jobs(before: ids[3], limit: 9).map(\.id) == [ids[2], ids[1], ids[0]])
        #expect(try store.jobs(before: ids[0], limit: 9).isEmpty)
        #expect(try store.jobs(before: .random(), limit: 9).isEmpty)
    }
}
