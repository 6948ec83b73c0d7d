import Foundation
import Testing

@testable import Store

@Suite struct CompletionTests {
    let store: Store

    init() throws {
        store = try Store.openTemporary()
    }

    private func claim() throws -> JobClaim { try #require(try store.claimed()) }

    @Test func completion_storesMaskAndItem() throws {
        let job = try store.submittedWithImages([1, 2]).id
        #expect(try store.completed(claim()))
        let record = try store.record(job)
        #expect(record.counts == .make(queued: 1, done: 1))
        #expect(record.hasStarted && !record.hasEnded)
        #expect(record.sums == JobSums(try MaskRecord.make().classes))
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.items(job)[0].finished == 1)
        #expect(try store.completed(claim()))
        #expect(try store.record(job).hasEnded)
        try store.expectConsistent()
    }

    @Test func maskOfAnotherItemOrImage_isRefused() throws {
        _ = try store.submittedWithImages([1])
        let held = try claim()
        for record in try [MaskRecord.make(id: 2, image: 1), .make(id: 1, image: 2)] {
            let error = #expect(throws: StoreError.self) {
                try store.complete(held, with: record, isFromCache: false, manifest: "")
            }
            #expect(error?.description.hasPrefix("record: ") == true)
        }
        #expect(try store.holds(held))
    }

    @Test func cachedCompletion_keepsTheMaskThatIsThere() throws {
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let masks = try store.summary.masks
        let job = try store.submitted(.make(images: [1])).id
        #expect(try store.completed(claim(), isFromCache: true))
        #expect(try store.record(job).counts == .make(done: 1, fromCache: 1))
        #expect(try store.summary.masks == masks)
        try store.expectConsistent()
    }

    /// The mask was evicted after the worker had found it.
    @Test func cachedCompletionWithoutItsMask_storesIt() throws {
        _ = try store.submittedWithImages([1])
        #expect(try store.completed(claim(), isFromCache: true))
        #expect(try store.mask(.make(1)) == .make(id: 1))
        try store.expectConsistent()
    }

    @Test func voidCompletion_keepsTheMaskWhereItsImageIs() throws {
        _ = try store.submittedWithImages([1])
        let held = try claim()
        try store.release(held, countingDeath: true, countingTry: true)
        #expect(try !store.completed(held))
        #expect(try store.mask(.make(1)) != nil)
        try store.expectConsistent()
    }

    @Test func failure_keepsReasonAndImage() throws {
        let job = try store.submittedWithImages([1]).id
        try store.failed(claim(), reason: "no JPEG")
        let item = try store.items(job)[0]
        #expect((item.state, item.reason, item.finished) == (.failed, "no JPEG", 1))
        #expect(try store.record(job).hasEnded)
        #expect(try store.image(.make(1)) == imageBytes(1))
        try store.expectConsistent()
    }

    private func finishFromCache(_ job: JobID, after: Int, limit: Int) throws -> Int? {
        var told = 0
        let finished = try store.finishFromCache(job, after: after, limit: limit) { item, summary in
            let made = try MaskSummary(.make(id: number(item.mask)))
            #expect(summary == made)
            told += 1
            return manifestLine(item)
        }
        #expect(finished?.count ?? 0 == told)
        return finished?.last
    }

    @Test func cachedItems_finishInBatches() throws {
        for id in [1, 3, 4, 6] { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        let job = try store.submitted(.make(images: [1, 2, 3, 4, 5, 6])).id
        #expect(try finishFromCache(job, after: -1, limit: 2) == 2)
        #expect(try store.states(job) == [.done, .waiting, .done, .queued, .waiting, .queued])
        #expect(try finishFromCache(job, after: 2, limit: 2) == 5)
        #expect(try finishFromCache(job, after: 5, limit: 2) == nil)
        #expect(try store.record(job).counts == .make(waiting: 2, done: 4, fromCache: 4))
        #expect(try store.record(job).sums.classes == 8)
        try store.expectConsistent()
    }

    @Test func jobOfCachedItemsOnly_ends() throws {
        for id in [1, 2] { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        let job = try store.submitted(.make(images: [1, 2], callbackURL: "https://a")).id
        #expect(try finishFromCache(job, after: -1, limit: 9) == 1)
        #expect(try store.record(job).hasEnded)
        #expect(try store.pendingCallbacks(limit: 9).map(\.id) == [job])
    }

    @Test func manifestThatThrows_finishesNothing() throws {
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let job = try store.submitted(.make(images: [1])).id
        #expect(throws: StoreError.self) {
            try store.finishFromCache(job, after: -1, limit: 9) { _, _ in throw CancellationError() }
        }
        #expect(try store.states(job) == [.queued])
        try store.expectConsistent()
    }

    @Test func pausedOrUnknownJob_finishesNothingFromTheCache() throws {
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let job = try store.submitted(.make(images: [1])).id
        _ = try store.pause(job)
        #expect(try finishFromCache(job, after: -1, limit: 9) == nil)
        #expect(try finishFromCache(.random(), after: -1, limit: 9) == nil)
        #expect(try store.states(job) == [.queued])
    }
}
