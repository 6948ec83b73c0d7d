import Foundation
import Testing

@testable import Store

/// What the jobs of one token may hold.
@Suite struct QuotaTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let anna = Tenant(name: "anna", seesAll: false)

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func submit(_ images: [Int], owner: String = "anna", _ quota: JobQuota) throws -> JobSubmission {
        try store.submit(.make(images: images, owner: owner, tenant: Tenant(name: owner, seesAll: false)), quota: quota)
    }

    private func id(_ submission: JobSubmission) -> JobID? {
        if case .created(let job) = submission { return job.id }
        return nil
    }

    private func holdings(of owner: String = "anna") throws -> JobHoldings {
        try store.connections.read { db in try HolderRow.holdings(of: owner, in: db) }
    }

    /// The attack: a large job posted and cancelled, again and again.
    @Test func postedAndCancelled_leavesNoItems_andIsStoppedByTheQuota() throws {
        let quota = JobQuota(items: 500)
        var jobs = 0
        while let job = id(try submit(Array(1...100), quota)) {
            #expect(isDone(try store.cancel(job, for: anna)))
            jobs += 1
            #expect(try holdings() == JobHoldings(unfinished: 0, items: jobs, bytes: jobs * JobSchema.bytesPerItem))
            #expect(try store.record(job).counts == .make(cancelled: 100))
            #expect(try store.items(job).isEmpty)
            if jobs > 500 { break }
        }
        #expect(jobs == 400)
        #expect(try store.summary.bytes == 400 * JobSchema.bytesPerItem)
        #expect(id(try submit(Array(1...100), owner: "bert", quota)) != nil, "another's quota is its own")
        let first = try #require(try store.jobs(limit: 1).last)
        #expect(try store.purge(first.id))
        try store.expectConsistent()
    }

    @Test func finishedItems_count_untilTheirJobIsPurged() throws {
        let quota = JobQuota(items: 3)
        let first = try #require(id(try submit([1, 2], quota)))
        for image in [1, 2] { _ = try store.add(image: image) }
        try store.completeAll()
        guard case .overQuota(let held) = try submit([3], quota) else {
            Issue.record("taken")
            return
        }
        #expect(held.items == 3 && held.unfinished == 0)
        #expect(try store.purge(first, for: anna))
        #expect(try holdings() == JobHoldings(unfinished: 0, items: 0, bytes: 0))
        #expect(id(try submit([3], quota)) != nil)
        try store.expectConsistent()
    }

    @Test func bytes_areImagesAndMasksAndItems_eachImageOnce() throws {
        let job = try #require(
            id(try store.submit(.make([
                .make(mask: 1, name: "a"), .make(mask: 257, image: 1, name: "b"), .make(mask: 2, name: "c"),
            ], owner: "anna", tenant: anna))))
        let item = JobSchema.bytesPerItem
        #expect(try holdings().bytes == 4 * item)
        for image in [1, 2] {
            _ = try store.addImage(imageBytes(image), as: .make(image), mediaType: "", from: anna, owner: "anna")
        }
        #expect(try holdings().bytes == 4 * item + 200)
        let mask = try MaskRecord.make().storedBytes
        #expect(try store.completed(#require(try store.claimed())))
        #expect(try holdings().bytes == 4 * item + 200 + mask)
        try store.completeAll()
        #expect(try holdings().bytes == 4 * item + 200 + 3 * mask)
        try store.expectConsistent()
        _ = try store.purge(job, for: anna)
        #expect(try holdings().bytes == 0)
    }

    @Test func cancelledJob_holdsWhatItsMasksKeep() throws {
        let job = try #require(
            id(try store.submit(.make([
                .make(mask: 1, name: "a"), .make(mask: 257, image: 1, name: "b"), .make(mask: 2, name: "c"),
            ], owner: "anna", tenant: anna))))
        for image in [1, 2] {
            _ = try store.addImage(imageBytes(image), as: .make(image), mediaType: "", from: anna, owner: "anna")
        }
        // The first item counts the image; the second is done.
        let claims = [try #require(try store.claimed()), try #require(try store.claimed())]
        try store.release(claims[0], countingDeath: false, countingTry: false)
        #expect(try store.completed(claims[1]))
        #expect(isDone(try store.cancel(job, for: anna)))
        #expect(try store.states(job) == [.done])
        let mask = try MaskRecord.make().storedBytes
        #expect(try holdings().bytes == 2 * JobSchema.bytesPerItem + 100 + mask)
        try store.expectConsistent()
    }

    @Test func uploadOverTheQuota_isNotKept_andItsItemsGoOnWaiting() throws {
        let quota = JobQuota(bytes: 3 * JobSchema.bytesPerItem + 150)
        let job = try #require(id(try submit([1, 2], quota)))
        func add(_ image: Int, owner: String = "anna") throws -> UploadOutcome {
            try store.addImage(
                imageBytes(image), as: .make(image), mediaType: "", from: Tenant(name: owner, seesAll: false),
                owner: owner, quota: quota)
        }
        #expect(try add(1) == .stored)
        guard case .overQuota(let held) = try add(2) else {
            Issue.record("kept")
            return
        }
        #expect(held.bytes == 3 * JobSchema.bytesPerItem + 100)
        #expect(try store.states(job) == [.queued, .waiting])
        #expect(try store.uploadIsNeeded(.make(2), from: anna) == nil)
        #expect(try directory.imageFiles.count == 1)
        try store.expectConsistent()
        let other = try #require(id(try submit([2], owner: "bert", quota)))
        #expect(try add(2, owner: "bert") == .stored)
        #expect(try store.states(other) == [.queued])
        try store.expectConsistent()
    }

    @Test func submissionOverTheBytes_storesNothing() throws {
        let quota = JobQuota(bytes: 3 * JobSchema.bytesPerItem)
        guard case .overQuota(let held) = try submit([1, 2, 3], quota) else {
            Issue.record("taken")
            return
        }
        #expect(held.bytes == 0)
        #expect(try store.jobs(limit: 9).isEmpty && store.rows("SELECT * FROM holder").isEmpty)
        #expect(id(try submit([1, 2], quota)) != nil)
        try store.expectConsistent()
    }
}
