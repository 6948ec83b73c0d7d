import Dispatch
import Engine
import Foundation
import Store
import Testing
import TestSupport

@testable import Server

@Suite struct JobRunnerTests {
    @Test(arguments: [EngineFailure.died("ended by signal 9"), EngineFailure.hung(seconds: 30)])
    func pictureThatEndsTheEngineThreeTimes_fails_theOthersGoOn(_ failure: EngineFailure) throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        server.engine.plan(stubPicture(0), .fail(failure), .fail(failure), .fail(failure))
        let job = try client.newJob(items(0..<6))
        for number in 0..<6 { _ = try client.put(stubPicture(number)) }
        server.jobs.start()
        try server.awaitEnd(job.id)
        let ended = try client.job(job.id)
        #expect(ended.state == "done_with_failures" && ended.counts.failed == 1 && ended.counts.done == 5)
        let bad = try client.items(job.id).items[0]
        #expect(bad.attempts == 3)
        #expect(bad.reason == "the engine failed on this picture 3 times, at last so: \(failure)")
        let attempts = server.engine.tasks.filter { $0.bytes == stubPicture(0) }
        #expect(attempts.map(\.isolated) == [false, true, true])
        #expect(server.engine.tasks.filter { $0.bytes != stubPicture(0) }.allSatisfy { !$0.isolated })
    }

    @Test func pictureThatEndsTheEngineTwice_isDone() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(0), .fail(EngineFailure.died("fell over")), .fail(EngineFailure.hung(seconds: 1)))
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        #expect(try server.awaitEnd(job.id).counts.done == 1)
    }

    @Test func interruptions_areNotCounted() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.fail(EngineFailure.unavailable("no such file")))
        server.engine.planNext(contentsOf: .init(repeating: .fail(EngineFailure.interrupted), count: 15))
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        #expect(try server.awaitEnd(job.id).counts.done == 1)
        #expect(server.engine.tasks.count == 17)
        #expect(server.engine.tasks.allSatisfy { !$0.isolated })
        #expect(try client.items(job.id).items[0].attempts == 1)
    }

    @Test func unknownFailure_failsTheItem_andTellsNothingOfTheInside() throws {
        struct Inside: Error {}
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.fail(Inside()))
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        #expect(try server.awaitEnd(job.id).counts.failed == 1)
        let reason = try client.items(job.id).items[0].reason
        #expect(reason == "the server could not work on it; its log has the reason")
    }

    @Test func resultThatTheDiskDoesNotTake_isNotLost() throws {
        let failed = DispatchSemaphore(value: 0)
        let server = try JobServer.make(onError: { if $0.contains("cannot be stored for now") { failed.signal() } })
        let client = try server.client()
        try server.store.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON main.mask BEGIN SELECT RAISE(ABORT, 'full'); END")
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        #expect(failed.wait(timeout: .now() + 30) == .success)
        #expect(try client.job(job.id).counts.running == 1)
        try server.store.execute("DROP TRIGGER full")
        #expect(try server.awaitEnd(job.id).counts.done == 1)
        #expect(server.engine.tasks.count == 1)
    }

    @Test func abandoningShutdown_givesItemsBack() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.hold, .hold)
        let job = try client.newJob(items(0..<3))
        for number in 0..<3 { _ = try client.put(stubPicture(number)) }
        server.engine.awaitHeld(2)
        server.jobs.shutdown(abandoning: true)
        #expect(server.engine.givenUp == 2)
        let counts = try client.job(job.id).counts
        #expect(counts.queued == 3 && counts.running == 0)
        #expect(try client.items(job.id).items.allSatisfy { $0.attempts == 0 })
    }

    @Test func orderlyShutdown_finishesWhatRuns_andBeginsNothing() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.hold, .hold)
        let job = try client.newJob(items(0..<3))
        for number in 0..<3 { _ = try client.put(stubPicture(number)) }
        server.engine.awaitHeld(2)
        server.jobs.beginShutdown()
        server.engine.release()
        server.jobs.shutdown(abandoning: false)
        let counts = try client.job(job.id).counts
        #expect(counts.done == 2 && counts.queued == 1 && counts.running == 0)
    }

    @Test(arguments: [nil, Data("another  ".utf8)])
    func imageWhoseFileHasGone_isWaitedForAgain(_ content: Data?) throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<2))
        for number in 0..<2 { _ = try client.put(stubPicture(number)) }
        let file = URL(fileURLWithPath: server.store.imagePath(try imageDigest(stubPicture(0))))
        if let content { try content.write(to: file) } else { try FileManager.default.removeItem(at: file) }
        server.jobs.start()
        try server.await(job.id) { $0.counts.done == 1 && $0.counts.waiting == 1 }
        #expect(try client.put(stubPicture(0)).status == 201)
        #expect(try server.awaitEnd(job.id).counts.done == 2)
    }

    @Test func pictureAtWhichTheServerEndedTooOften_fails_andItsJobEnds() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        try server.store.execute("UPDATE jobItem SET crashes = 10")
        let reader = try EventReader(try server.client(), job.id)
        _ = try reader.next()
        server.jobs.start()
        #expect(try reader.rest().map(\.name) == ["item", "end"])
        #expect(server.engine.tasks.isEmpty)
        #expect(try client.items(job.id).items[0].reason?.contains("ended 10 times") == true)
    }

    @Test func jobs_takeTurns() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let large = try client.newJob(items(0..<20))
        let small = try client.newJob([item("a", stubPicture(100))])
        for number in Array(0..<20) + [100] { _ = try client.put(stubPicture(number)) }
        server.jobs.start()
        for job in [large, small] { try server.awaitEnd(job.id) }
        let place = try #require(server.engine.tasks.firstIndex { $0.bytes == stubPicture(100) })
        #expect(place < 4)
    }
}
