import Foundation
import Testing

@testable import Store

@Suite struct ControlTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    /// Four items: done, failed, running, waiting.
    private func mixed() throws -> JobID {
        let job = try store.submitted(.make(images: [1, 2, 3, 4])).id
        for image in 1...3 { try store.add(image: image) }
        #expect(try store.completed(#require(try store.claimed())))
        try store.failed(#require(try store.claimed()))
        _ = try store.claimed()
        return job
    }

    @Test func unknownJob_isUnknownToEveryCommand() throws {
        let id = JobID.random()
        for outcome in [try store.pause(id), try store.resume(id), try store.retry(id), try store.cancel(id)] {
            guard case .unknownJob = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        #expect(try !store.purge(id))
        #expect(try store.jobItems(of: id, .all, limit: 1) == nil)
        #expect(try store.missingImages(of: id) == nil)
    }

    @Test func retry_beginsFailedItemsAgain() throws {
        let job = try mixed()
        let before = try store.record(job).revision
        #expect(isDone(try store.retry(job)))
        #expect(try store.states(job) == [.done, .queued, .running, .waiting])
        let item = try store.items(job)[1]
        #expect((item.tries, item.reason, item.finished) == (0, nil, nil))
        #expect(try store.record(job).revision > before)
        try store.completeAll()
        #expect(try store.items(job)[1].finished ?? 0 > before + 1)
        try store.expectConsistent()
    }

    @Test func retryOfAnEndedJob_endsItASecondTime() throws {
        let job = try store.submittedWithImages([1, 2], callbackURL: "https://a").id
        try store.failed(#require(try store.claimed()))
        try store.completeAll()
        #expect(try store.record(job).hasEnded)
        #expect(isDone(try store.retry(job)))
        #expect(try !store.record(job).hasEnded)
        #expect(try store.record(job).callback?.state == .waiting)
        try store.completeAll()
        #expect(try store.record(job).callback?.state == .pending)
        #expect(isRefused(try store.retry(job)), "nothing has failed")
        try store.expectConsistent()
    }

    @Test func retryWhereTheFileHasGone_asksForItInTheEnd() throws {
        let job = try store.submittedWithImages([1]).id
        try store.failed(#require(try store.claimed()))
        try FileManager.default.removeItem(atPath: store.imageFiles.path(of: .make(1)))
        #expect(isDone(try store.retry(job)))
        try store.releaseWithoutImage(#require(try store.claimed()))
        #expect(try store.missingImages(of: job) == [.make(1)])
    }

    @Test func cancel_keepsWhatIsFinishedAndDropsTheRestsImages() throws {
        let job = try mixed()
        #expect(isDone(try store.cancel(job)))
        #expect(try store.states(job) == [.done, .failed, .cancelled], "what was never begun leaves no row")
        let record = try store.record(job)
        #expect(record.phase == .cancelled && record.hasEnded)
        #expect(record.counts == .make(done: 1, failed: 1, cancelled: 2))
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))"], "a failed item is never tried again")
        #expect(try isRefused(store.retry(job)) && isRefused(store.resume(job)))
        #expect(isDone(try store.cancel(job)))
        #expect(try store.record(job) == record)
        try store.expectConsistent()
    }

    @Test func cancel_keepsImagesThatOthersNeed() throws {
        let job = try store.submitted(.make(images: [1, 2, 3, 4])).id
        let other = try store.submitted(.make([.make(mask: 9, image: 1, name: "a")])).id
        for image in 1...4 { try store.add(image: image) }
        try store.insert(.make(id: 8, image: 2), imageBytes: imageBytes(2))
        #expect(isDone(try store.cancel(job)))
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))", "02/\(ContentDigest.make(2))"])
        #expect(try store.states(other) == [.queued])
        #expect(isDone(try store.cancel(other)))
        #expect(try directory.imageFiles == ["02/\(ContentDigest.make(2))"])
        try store.expectConsistent()
    }

    @Test func cancelledItems_endAfterAllOthers() throws {
        let job = try mixed()
        let before = try store.record(job).revision
        _ = try store.cancel(job)
        let ended = try #require(
            try store.jobItems(of: job, .ended(JobItemState.ended), after: before, limit: 9))
        #expect(ended.map(\.position) == [2])
        #expect(ended.allSatisfy { ($0.finished ?? 0) > before })
    }

    @Test func purge_forgetsTheJobAndLeavesItsMasksToEviction() throws {
        let job = try mixed()
        let other = try store.submittedWithImages([1]).id
        #expect(try store.purge(job))
        #expect(try store.job(job) == nil)
        #expect(try store.rows("SELECT 1 FROM jobItem").count == 1)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.rows("SELECT 1 FROM evictable").count == 1)
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))"])
        #expect(try store.states(other) == [.queued])
        try store.expectConsistent()
    }

    @Test func purge_leavesAResultOfAnotherJobAlone() throws {
        let first = try store.submittedWithImages([1]).id
        let second = try store.submitted(.make(images: [1])).id
        try store.completeAll()
        #expect(try store.purge(first))
        #expect(try store.rows("SELECT 1 FROM evictable").isEmpty)
        #expect(try store.purge(second))
        #expect(try store.rows("SELECT 1 FROM evictable").count == 1)
        try store.expectConsistent()
    }
}
