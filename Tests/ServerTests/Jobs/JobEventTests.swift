import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import TestSupport

@testable import Server

@Suite struct JobEventTests {
    @Test func events_tellEachItemOnce_progress_andTheEnd() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .fail(ImageError.empty))
        let job = try client.newJob(items(0..<3))
        let reader = try EventReader(try server.client(), job.id)
        #expect(reader.head.contains("Content-Type: text/event-stream\r\n"))
        #expect(reader.head.contains("Cache-Control: no-store\r\n"))
        let first = try #require(try reader.next())
        #expect(first.name == "progress" && first.id == nil)
        #expect(try first.document(JobAnswer.self).counts.waitingForImage == 3)

        var ids: [Int] = []
        for number in [1, 0] {
            _ = try client.put(stubPicture(number))
            // The claim is told too, so that a job is seen to run.
            var event = try #require(try reader.next())
            while event.name == "progress" { event = try #require(try reader.next()) }
            let item: ItemAnswer = try event.document()
            #expect(item.name == "\(number)" && item.state == (number == 1 ? "failed" : "done"))
            ids.append(try #require(event.id))
        }
        _ = try client.put(stubPicture(2))
        let rest = try reader.rest()
        #expect(rest.filter { $0.name == "item" }.count == 1)
        ids += rest.compactMap(\.id)
        #expect(ids == ids.sorted() && Set(ids).count == 3)
        let end = try #require(rest.last)
        #expect(end.name == "end" && end.id == nil)
        #expect(try end.document(JobAnswer.self).state == "done_with_failures")
    }

    @Test func lastEventID_goesOnWhereTheClientWas() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<5))
        for number in 0..<5 { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        let all = try EventReader(try server.client(), job.id).rest()
        #expect(all.map(\.name) == ["item", "item", "item", "item", "item", "end"])
        for (place, event) in all.dropLast().enumerated() {
            let id = try #require(event.id)
            let rest = try EventReader(try server.client(), job.id, fields: "Last-Event-ID: \(id)\r\n").rest()
            #expect(rest.map(\.data) == all.dropFirst(place + 1).map(\.data))
        }
        let nonsense = try EventReader(try server.client(), job.id, fields: "Last-Event-ID: x\r\n").rest()
        #expect(nonsense.count == 6)
        // In chunks to a client of HTTP/1.1.
        let chunked = try client.get("/v1/jobs/\(job.id)/events")
        #expect(chunked.text.hasSuffix("\n\n") && chunked.text.components(separatedBy: "event: ").count == 7)
    }

    @Test func manyItems_comeInBatches_noneTwice() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let picture = stubPicture(0)
        let job = try client.newJob((0..<450).map { item("\($0)", picture) })
        _ = try client.put(picture)
        let events = try EventReader(client, job.id).rest()
        let names = try events.filter { $0.name == "item" }.map { try $0.document(ItemAnswer.self).name }
        #expect(names.count == 450 && Set(names).count == 450)
        #expect(events.filter { $0.name == "end" }.count == 1 && events.last?.name == "end")
    }

    @Test func watchers_areManifold_andMayLeave() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<2))
        let readers = try (0..<5).map { _ in try EventReader(try server.client(), job.id) }
        for reader in readers { #expect(try reader.next()?.name == "progress") }
        let leaver = try server.client()
        _ = try EventReader(leaver, job.id).next()
        leaver.reset()
        for number in 0..<2 { _ = try client.put(stubPicture(number)) }
        for reader in readers {
            let events = try reader.rest()
            #expect(events.filter { $0.name == "item" }.count == 2)
            #expect(events.last?.name == "end")
        }
    }

    @Test func streamThatIsLeftWhileItLooks_leavesNothingBehind() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let id = try #require(JobID(rawValue: job.id))
        let stream = JobEventStream(id, after: -1, client: ClientIdentity(), service: server.jobs)
        let delivered = DispatchSemaphore(value: 0)
        stream.next { _ in delivered.signal() }
        delivered.wait()
        // The client goes while the second look is still queued.
        let isHeld = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        for _ in 0..<server.jobs.reads.threads {
            _ = server.jobs.reads.submit {
                isHeld.signal()
                release.wait()
            }
            isHeld.wait()
        }
        stream.next { _ in delivered.signal() }
        stream.finish()
        for _ in 0..<server.jobs.reads.threads { release.signal() }
        #expect(delivered.wait(timeout: .now() + 10) == .success)
        #expect(server.jobs.events.watchedJobs == 0)
    }

    @Test func purge_endsTheStream() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let reader = try EventReader(try server.client(), job.id)
        _ = try reader.next()
        _ = try client.delete("/v1/jobs/\(job.id)?purge=true")
        let events = try reader.rest()
        #expect(events.map(\.name) == ["end"])
        #expect(events.first?.data == Data("null".utf8))
    }

    @Test func cancelled_isTold() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<2))
        let reader = try EventReader(try server.client(), job.id)
        _ = try reader.next()
        _ = try client.delete("/v1/jobs/\(job.id)")
        let events = try reader.rest()
        #expect(events.map(\.name) == ["end"], "what was never begun leaves nothing to tell")
        #expect(try events.last?.document(JobAnswer.self).state == "cancelled")
    }

    @Test func stoppingServer_endsTheStreams_andWaitsForNoWatcher() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let watchers = try (0..<3).map { _ in try server.client() }
        let readers = try watchers.map { try EventReader($0, job.id) }
        for reader in readers { _ = try reader.next() }
        server.jobs.beginShutdown()
        let outcome = Mutex<HTTPServer.DrainOutcome?>(nil)
        let isDrained = DispatchSemaphore(value: 0)
        server.server.drain(within: .seconds(30)) { result in
            outcome.withLock { $0 = result }
            isDrained.signal()
        }
        for reader in readers { #expect(try reader.rest().isEmpty) }
        for watcher in watchers { watcher.close() }
        isDrained.wait()
        #expect(outcome.withLock { $0 } == .finished)
    }

    @Test func head_ofAStream_isAnsweredAtOnce() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        try client.send("HEAD /v1/jobs/\(job.id)/events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer(toHEAD: true).status == 200)
        #expect(try client.job(job.id).id == job.id)
    }
}
