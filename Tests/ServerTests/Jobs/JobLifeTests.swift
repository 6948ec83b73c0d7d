import Engine
import Foundation
import Store
import Testing
import TestSupport

@testable import Server

@Suite struct JobLifeTests {
    @Test func life_fromQueuedToDone() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.hold)
        let job = try client.newJob([item("a", stubPicture(1), labels: ["cat", "dog"]), item("b", stubPicture(2))])
        #expect(job.state == "queued" && job.finishedAt == nil && job.imagesPerSecond == nil)
        #expect(job.metrics == .init(classes: 0, emptyClasses: 0, meanPosterior: nil, meanAreaShare: nil))

        _ = try client.put(stubPicture(1))
        server.engine.awaitHeld(1)
        let running = try client.job(job.id)
        #expect(running.state == "running" && running.counts.running == 1 && running.counts.waitingForImage == 1)
        #expect(try client.items(job.id, "?state=running").items.map(\.attempts) == [1])
        server.engine.release()
        try server.await(job.id) { $0.counts.done == 1 }
        let half = try client.job(job.id)
        #expect(half.state == "running" && half.counts.addsUp)
        #expect(half.metrics.classes == 2 && half.metrics.emptyClasses == 1 && half.metrics.meanPosterior == 0.5)
        #expect(abs((half.metrics.meanAreaShare ?? 0) - 1.0 / 6) < 1e-6)

        _ = try client.put(stubPicture(2))
        try server.awaitEnd(job.id)
        let done = try client.job(job.id)
        #expect(done.state == "done" && done.counts.done == 2 && done.counts.addsUp)
        #expect(done.finishedAt != nil && done.etaSeconds == nil && done.imagesPerSecond != nil)
        let task = try #require(server.engine.tasks.first)
        #expect(task.priority == .background && !task.isolated && task.bytes == stubPicture(1))
        #expect(task.options.scales == [1] && !task.options.flip)
    }

    @Test func badPicture_failsAlone_andIsRetried() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .fail(ImageError.corrupt(.jpeg, reason: "it ends too early")))
        let job = try client.newJob(items(0..<3))
        for number in 0..<3 { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        let ended = try client.job(job.id)
        #expect(ended.state == "done_with_failures" && ended.counts.failed == 1 && ended.counts.done == 2)
        let failed = try client.items(job.id, "?state=failed").items
        #expect(failed.map(\.name) == ["1"])
        #expect(failed[0].reason == "The JPEG file is damaged or incomplete: it ends too early.")
        #expect(failed[0].mask == nil)

        let retried = try client.command(job.id, "retry")
        #expect(retried.status == 200)
        #expect(try retried.document(JobAnswer.self).finishedAt == nil)
        try server.awaitEnd(job.id)
        let done = try client.job(job.id)
        #expect(done.state == "done" && done.counts.done == 3 && done.counts.failed == 0 && done.counts.addsUp)
        #expect(try client.items(job.id).items[1].reason == nil)
        #expect(server.engine.tasks.count == 4)
        let again = try client.command(job.id, "retry")
        #expect(again.status == 409)
        #expect(try again.document(ProblemAnswer.self).detail == "The job cannot be retried: no item of the job has failed.")
    }

    @Test func pausedJob_beginsNothing_untilItIsResumed() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.planNext(.hold, .hold)
        let job = try client.newJob(items(0..<4))
        for number in 0..<4 { _ = try client.put(stubPicture(number)) }
        server.engine.awaitHeld(2)
        let paused = try client.command(job.id, "pause")
        #expect(paused.status == 200)
        #expect(try paused.document(JobAnswer.self).state == "paused")
        #expect(try paused.document(JobAnswer.self).etaSeconds == nil)
        // What runs finishes.
        server.engine.release()
        let rest = try server.await(job.id) { $0.counts.done == 2 && $0.counts.running == 0 }
        #expect(rest.counts.queued == 2)
        // Another job goes on meanwhile, and after it the workers have looked for more.
        let other = try client.newJob([item("a", stubPicture(9))])
        _ = try client.put(stubPicture(9))
        try server.awaitEnd(other.id)
        #expect(server.engine.tasks.count == 3)
        #expect(try client.job(job.id).state == "paused")
        #expect(try client.command(job.id, "pause").status == 200)

        #expect(try client.command(job.id, "resume").document(JobAnswer.self).state == "running")
        try server.awaitEnd(job.id)
        #expect(try client.job(job.id).state == "done")
        for command in ["pause", "resume"] {
            let answer = try client.command(job.id, command)
            #expect(answer.status == 409)
            #expect(try answer.document(ProblemAnswer.self).detail == "The job cannot be \(command)d: the job has ended.")
        }
    }

    @Test func jobThatEndedWhilePaused_goesOnWhenRetried() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(0), .holdThenFail(ImageError.empty))
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        server.engine.awaitHeld(1)
        #expect(try client.command(job.id, "pause").status == 200)
        server.engine.release()
        try server.awaitEnd(job.id)
        #expect(try client.job(job.id).state == "done_with_failures")
        #expect(try client.command(job.id, "retry").document(JobAnswer.self).state != "paused")
        try server.awaitEnd(job.id)
        #expect(try client.job(job.id).state == "done")
    }

    @Test func cancelledJob_stopsWhatRuns_andKeepsWhatIsDone() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .hold)
        let job = try client.newJob(items(0..<4))
        _ = try client.put(stubPicture(0))
        try server.await(job.id) { $0.counts.done == 1 }
        _ = try client.put(stubPicture(1))
        server.engine.awaitHeld(1)
        let answer = try client.delete("/v1/jobs/\(job.id)")
        #expect(answer.status == 200)
        let cancelled: JobAnswer = try answer.document()
        #expect(cancelled.state == "cancelled" && cancelled.finishedAt != nil)
        #expect(cancelled.counts.cancelled == 3 && cancelled.counts.done == 1 && cancelled.counts.addsUp)
        // The engine is told; the picture it gives up changes nothing any more.
        server.jobs.shutdown(abandoning: false)
        #expect(server.engine.givenUp == 1)
        #expect(try client.job(job.id).counts == cancelled.counts)
        #expect(try client.items(job.id, "?state=cancelled").items.map(\.name) == ["1"], "the others were never begun")
        #expect(try client.get("/v1/jobs/\(job.id)/result.tar").status == 200)
        let mask = try #require(try client.items(job.id).items[0].mask)
        #expect(try client.get("/v1/masks/\(mask)").status == 200)
        // The others' images are not kept.
        #expect(try server.store.summary.images == 1)
        #expect(try client.delete("/v1/jobs/\(job.id)").document(JobAnswer.self).counts == cancelled.counts)
        for command in ["pause", "resume", "retry"] { #expect(try client.command(job.id, command).status == 409) }
    }

    @Test func endedJob_staysAsItIs_whenItIsCancelled() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        _ = try client.put(stubPicture(0))
        try server.awaitEnd(job.id)
        #expect(try client.delete("/v1/jobs/\(job.id)").document(JobAnswer.self).state == "done")
    }

    @Test func purgedJob_isForgotten_itsMasksAreNot() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .hold)
        let job = try client.newJob(items(0..<2))
        for number in 0..<2 { _ = try client.put(stubPicture(number)) }
        try server.await(job.id) { $0.counts.done == 1 }
        server.engine.awaitHeld(1)
        let mask = try #require(try client.items(job.id, "?state=done").items.first?.mask)
        let answer = try client.delete("/v1/jobs/\(job.id)?purge=true")
        #expect(answer.status == 204 && answer.body.isEmpty)
        for path in ["", "/items", "/events", "/result.tar"] {
            #expect(try client.get("/v1/jobs/\(job.id)\(path)").status == 404)
        }
        for command in ["pause", "resume", "retry"] { #expect(try client.command(job.id, command).status == 404) }
        #expect(try client.delete("/v1/jobs/\(job.id)?purge=true").status == 404)
        #expect(try client.delete("/v1/jobs/\(job.id)").status == 404)
        #expect(try client.get("/v1/masks/\(mask)/mask.png").status == 200)
        server.jobs.shutdown(abandoning: false)
        #expect(server.engine.givenUp == 1)
        #expect(try server.store.summary.images == 1)
    }

    @Test func addresses_andMethods() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        #expect(try client.get("/v1/jobs/nonsense").status == 404)
        #expect(try client.get("/v1/jobs/\(String(repeating: "0", count: 32))").status == 404)
        #expect(try client.get("/v1/jobs/\(job.id)?a=b").status == 400)
        #expect(try client.delete("/v1/jobs/\(job.id)?purge=maybe").status == 400)
        let answer = try client.get("/v1/jobs/\(job.id)/pause")
        #expect(answer.status == 405 && answer.field("Allow") == "OPTIONS, POST")
        #expect(try client.delete("/v1/jobs").field("Allow") == "GET, HEAD, OPTIONS, POST")
        #expect(try client.command(job.id, "restart").status == 404)
    }
}
