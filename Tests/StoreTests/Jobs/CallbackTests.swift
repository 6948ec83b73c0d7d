import Foundation
import Testing

@testable import Store

@Suite struct CallbackTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func ended(_ images: [Int]) throws -> JobRecord {
        let job = try store.submittedWithImages(images, callbackURL: "https://a/\(images)")
        try store.completeAll()
        return try store.record(job.id)
    }

    @Test func endedJobs_areDueOldestFirstUntilTheyAreDelivered() throws {
        let first = try ended([1])
        let second = try ended([2])
        _ = try store.submittedWithImages([3])
        try store.completeAll()
        #expect(try store.pendingCallbacks(limit: 9).map(\.id) == [first.id, second.id])
        #expect(try store.pendingCallbacks(limit: 1).map(\.id) == [first.id])
        try store.recordCallback(first.id, revision: first.revision, as: .pending)
        #expect(try store.record(first.id).callback?.attempts == 1)
        try store.recordCallback(first.id, revision: first.revision, as: .delivered)
        try store.recordCallback(second.id, revision: second.revision, as: .failed)
        #expect(try store.pendingCallbacks(limit: 9).isEmpty)
        let delivered = JobCallback(url: "https://a/[1]", state: .delivered, attempts: 2)
        #expect(try store.record(first.id).callback == delivered)
        #expect(try store.record(second.id).callback?.state == .failed)
        try store.expectConsistent()
    }

    @Test func dueCall_survivesReopening() throws {
        let job = try ended([1])
        store.close()
        #expect(try Store.open(directory: directory.path).pendingCallbacks(limit: 9).map(\.id) == [job.id])
    }

    @Test func cancelledJob_isDueOnce() throws {
        let job = try store.submittedWithImages([1], callbackURL: "https://a").id
        _ = try store.cancel(job)
        let due = try #require(try store.pendingCallbacks(limit: 9).first)
        try store.recordCallback(job, revision: due.revision, as: .delivered)
        _ = try store.cancel(job)
        #expect(try store.pendingCallbacks(limit: 9).isEmpty)
    }

    /// The call that was under way when the job was retried says nothing about the next end.
    @Test func callBegunBeforeARetry_settlesNothing() throws {
        let job = try store.submittedWithImages([1], callbackURL: "https://a").id
        try store.failed(#require(try store.claimed()))
        let first = try #require(try store.pendingCallbacks(limit: 9).first)
        #expect(isDone(try store.retry(job)))
        try store.recordCallback(job, revision: first.revision, as: .delivered)
        #expect(try store.record(job).callback?.state == .waiting)
        try store.completeAll()
        try store.recordCallback(job, revision: first.revision, as: .delivered)
        let second = try #require(try store.pendingCallbacks(limit: 9).first)
        #expect((second.id, second.callback?.attempts) == (job, 0))
        try store.recordCallback(job, revision: second.revision, as: .delivered)
        #expect(try store.pendingCallbacks(limit: 9).isEmpty)
    }
}
