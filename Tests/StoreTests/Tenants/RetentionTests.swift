import Foundation
import Testing

@testable import Store

@Suite struct RetentionTests {
    private let directory: TemporaryDirectory
    private let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func tick(_ seconds: Int = 10, limit: Int = 100) throws -> [JobID] {
        try store.expireJobs(endedFor: 30, tick: seconds, limit: limit)
    }

    @Test func endedJob_goesWhenTheServiceHasRunLongEnough() throws {
        let (ended, going) = (try store.submittedWithImages([1]).id, try store.submitted(.make(images: [2])).id)
        for _ in 0..<9 { #expect(try tick().isEmpty, "the job goes on") }
        try store.completeAll()
        for _ in 0..<3 { #expect(try tick().isEmpty) }
        #expect(try tick() == [ended])
        #expect(try store.job(ended) == nil && store.job(going) != nil)
        #expect(try store.mask(.make(1)) != nil, "its masks stay until the room is needed")
        try store.expectConsistent()
    }

    /// The end of a job has a date, which nothing is compared with.
    @Test func clockThatJumps_expiresNothing() throws {
        let jobs = try [-1e12, 0, 1e12].map { seconds in
            let job = try store.submitted(.make(images: [1])).id
            _ = try store.cancel(job, now: Date(timeIntervalSince1970: seconds))
            return job
        }
        for _ in 0..<3 { #expect(try tick().isEmpty) }
        #expect(try Set(tick()) == Set(jobs))
    }

    @Test func restart_countsOnWhereItWas() throws {
        let job = try store.submittedWithImages([1]).id
        try store.completeAll()
        _ = try tick()
        _ = try tick()
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try again.expireJobs(endedFor: 30, tick: 10, limit: 9).isEmpty)
        #expect(try again.expireJobs(endedFor: 30, tick: 10, limit: 9) == [job])
    }

    @Test func retriedJob_isYoungAgain() throws {
        let job = try store.submittedWithImages([1]).id
        try store.failed(#require(try store.claimed()))
        for _ in 0..<3 { _ = try tick() }
        #expect(isDone(try store.retry(job)))
        #expect(try tick().isEmpty)
        try store.completeAll()
        for _ in 0..<3 { #expect(try tick().isEmpty) }
        #expect(try tick() == [job])
    }

    @Test func jobWhoseCallIsDue_staysUntilItWasMade() throws {
        let job = try store.submittedWithImages([1], callbackURL: "https://a").id
        try store.completeAll()
        for _ in 0..<9 { #expect(try tick().isEmpty) }
        try store.recordCallback(job, revision: store.record(job).revision, as: .delivered)
        #expect(try tick() == [job])
    }

    @Test func soManyAtOnce_andTheOthersAtTheNextTick() throws {
        for image in 1...5 { _ = try store.cancel(store.submitted(.make(images: [image])).id) }
        for _ in 0..<3 { #expect(try tick(limit: 2).isEmpty) }
        #expect(try [tick(limit: 2).count, tick(limit: 2).count, tick(limit: 2).count] == [2, 2, 1])
    }
}
