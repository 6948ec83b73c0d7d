import Foundation
import Testing

@testable import Store

@Suite struct ClaimTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func claims(_ count: Int) throws -> [JobClaim] {
        try (0..<count).map { _ in try #require(try store.claimed()) }
    }

    @Test func jobs_takeTurns() throws {
        let first = try store.submittedWithImages([1, 2, 3, 4]).id
        let second = try store.submittedWithImages([5, 6]).id
        #expect(try claims(6).map(\.job) == [first, second, first, second, first, first])
        #expect(try store.claimed() == nil)
    }

    /// However many jobs one of them has.
    @Test func tokens_takeTurns() throws {
        for image in 1...3 { _ = try store.submitted(.make(images: [image], owner: "many")) }
        let few = try store.submitted(.make(images: [4, 5], owner: "few")).id
        for image in 1...5 { try store.add(image: image) }
        #expect(try claims(5).map { $0.job == few } == [true, false, true, false, false])
        #expect(try store.claimed() == nil)
    }

    @Test func itemsBegunLessOften_comeFirst() throws {
        _ = try store.submittedWithImages([1, 2, 3])
        let first = try claims(1)[0]
        try store.release(first, countingDeath: true, countingTry: true)
        let next = try claims(3)
        #expect(next.map(\.item.position) == [1, 2, 0])
        #expect(next.map(\.deaths) == [0, 0, 1])
        #expect(next.map(\.item.tries) == [0, 0, 1])
    }

    @Test func jobsOfAnotherModel_areLeftAlone() throws {
        let other = try store.submitted(.make(images: [1], model: 8))
        try store.add(image: 1)
        #expect(try store.claimed(model: 7) == nil)
        #expect(try store.claimed(model: 8)?.job == other.id)
        let unfinished = try store.jobs(limit: 1000).filter { !$0.hasEnded }
        #expect(try unfinished.filter { try $0.modelDigest == .make(7) }.isEmpty)
        #expect(try unfinished.filter { try $0.modelDigest == .make(8) }.map(\.id) == [other.id])
    }

    @Test func pausedJob_isNotBegunButWhatRunsFinishes() throws {
        let job = try store.submittedWithImages([1, 2]).id
        let running = try claims(1)[0]
        #expect(isDone(try store.pause(job)))
        #expect(try store.claimed() == nil)
        #expect(try store.completed(running))
        #expect(isDone(try store.resume(job)))
        try store.completeAll()
        #expect(try isRefused(store.pause(job)) && isRefused(store.resume(job)))
        #expect(try store.states(job) == [.done, .done])
    }

    /// Everything a claim can do, by one that is void.
    private func expectVoid(_ claim: JobClaim, _ comment: Comment) throws {
        let before = try store.job(claim.job)
        let items = try store.jobItems(of: claim.job, .all, limit: 99)
        #expect(try !store.holds(claim), comment)
        try store.failed(claim)
        try store.release(claim, countingDeath: true, countingTry: true)
        try store.releaseWithoutImage(claim)
        #expect(try !store.completed(claim), comment)
        #expect(try store.job(claim.job) == before, comment)
        #expect(try store.jobItems(of: claim.job, .all, limit: 99) == items, comment)
        try store.expectConsistent(comment)
    }

    @Test func claim_isVoidOnceTheItemIsFinishedOrTakenAway() throws {
        let job = try store.submittedWithImages([1, 2, 3, 4]).id
        let held = try claims(3)
        #expect(try held.allSatisfy { try store.holds($0) })
        #expect(try store.completed(held[0]))
        try expectVoid(held[0], "completed")
        try store.failed(held[1])
        try expectVoid(held[1], "failed")
        try store.release(held[2], countingDeath: false, countingTry: true)
        try expectVoid(held[2], "released")
        let again = try claims(2)
        #expect(again.map(\.item.position) == [3, 2])
        try expectVoid(held[2], "taken by another")
        #expect(try store.holds(again[1]))
        #expect(isDone(try store.cancel(job)))
        try expectVoid(again[0], "cancelled")
        #expect(try store.purge(job))
        try expectVoid(again[1], "purged")
    }

    @Test func claimOfAnotherProcess_isVoid() throws {
        _ = try store.submittedWithImages([1])
        let claim = try claims(1)[0]
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try !again.holds(claim))
        #expect(try !again.completed(claim))
        try again.expectConsistent()
    }

    @Test func itemThatEndsTheServerTenTimes_isFailedAndTheRestGoOn() throws {
        let job = try store.submittedWithImages([1, 2]).id
        #expect(try claims(1)[0].item.position == 0)
        var current = store
        for round in 1...JobItems.maximumCrashes {
            current.close()
            current = try Store.open(directory: directory.path)
            #expect(try current.states(job)[0] == .queued, "round \(round)")
            if round == 1 {
                let second = try #require(try current.claimed())
                #expect(second.item.position == 1)
                #expect(try current.completed(second))
            }
            if round < JobItems.maximumCrashes { #expect(try current.claimed()?.item.position == 0) }
        }
        #expect(try current.claimed() == nil)
        let item = try current.items(job)[0]
        #expect(item.state == .failed)
        #expect(item.reason == "the server ended 10 times while it worked on this picture")
        #expect(try current.record(job).hasEnded)
        try current.expectConsistent()

        #expect(isDone(try current.retry(job)))
        #expect(try current.claimed()?.item.tries == 0)
    }

    /// A full disk, or a server that is stopped in good order, gives items back often.
    @Test func itemReleasedOften_isNotFailed() throws {
        _ = try store.submittedWithImages([1])
        for _ in 0..<3 * JobItems.maximumCrashes {
            try store.release(try claims(1)[0], countingDeath: false, countingTry: true)
        }
        let claim = try claims(1)[0]
        #expect(claim.deaths == 0)
        #expect(try store.completed(claim))
    }
}
