import Engine
import Foundation
import Testing
import TestSupport

@testable import Server

@Suite struct JobPagingTests {
    @Test func jobs_comeNewestFirst_inPages() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let ids = try (0..<5).map { _ in try client.newJob(items(0..<1)).id }
        var seen: [String] = []
        var query = "?limit=2"
        while true {
            let page: JobsAnswer = try client.get("/v1/jobs\(query)").document()
            #expect(page.jobs.count <= 2)
            seen += page.jobs.map(\.id)
            guard let cursor = page.nextCursor else { break }
            query = "?limit=2&cursor=\(cursor)"
        }
        #expect(seen == ids.reversed())
        let all: JobsAnswer = try client.get("/v1/jobs").document()
        #expect(all.jobs.count == 5 && all.nextCursor == nil)
    }

    @Test func items_comeInPages_inOrderOfPosition() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<5))
        let first = try client.items(job.id, "?limit=3")
        #expect(first.items.map(\.position) == [0, 1, 2] && first.nextCursor == first.cursor)
        let second = try client.items(job.id, "?limit=3&cursor=\(first.cursor)")
        #expect(second.items.map(\.position) == [3, 4] && second.nextCursor == nil)
        let third = try client.items(job.id, "?limit=3&cursor=\(second.cursor)")
        #expect(third.items.isEmpty && third.cursor == second.cursor)
    }

    @Test func items_areFilteredByEachState() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .fail(ImageError.empty))
        server.engine.plan(stubPicture(2), .hold)
        server.engine.plan(stubPicture(3), .hold)
        let job = try client.newJob(items(0..<6))
        for number in 0..<2 { _ = try client.put(stubPicture(number)) }
        try server.await(job.id) { $0.counts.done == 1 && $0.counts.failed == 1 }
        for number in 2..<5 { _ = try client.put(stubPicture(number)) }
        server.engine.awaitHeld(2)
        func names(_ state: String) throws -> [String] { try client.items(job.id, "?state=\(state)").items.map(\.name) }
        #expect(try names("done") == ["0"])
        #expect(try names("failed") == ["1"])
        #expect(try names("running") == ["2", "3"])
        #expect(try names("queued") == ["4"])
        #expect(try names("waiting_for_image") == ["5"])
        #expect(try names("cancelled").isEmpty)
        _ = try client.delete("/v1/jobs/\(job.id)")
        #expect(try names("cancelled") == ["2", "3"], "the others were never begun")
        #expect(try Set(names("finished").prefix(2)) == ["0", "1"])
        #expect(try names("finished").count == 4)
    }

    @Test func cursorOfFinishedItems_isKept_andFindsThoseThatFinishedSince() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<4))
        let none = try client.items(job.id, "?state=finished")
        #expect(none.items.isEmpty && none.cursor == "-1" && none.nextCursor == nil)
        var cursor = none.cursor
        for (number, state) in [(2, "finished"), (0, "done"), (3, "finished"), (1, "done")] {
            _ = try client.put(stubPicture(number))
            try server.await(job.id) { $0.counts.queued + $0.counts.running == 0 }
            let page = try client.items(job.id, "?state=\(state)&limit=1&cursor=\(cursor)")
            #expect(page.items.map(\.name) == ["\(number)"])
            cursor = page.cursor
        }
        #expect(try client.items(job.id, "?state=finished&cursor=\(cursor)").items.isEmpty)
        #expect(try client.items(job.id, "?state=done").items.map(\.name) == ["2", "0", "3", "1"])
    }

    @Test func retriedItem_finishesAnew_behindTheCursor() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(0), .fail(ImageError.empty))
        let job = try client.newJob(items(0..<2))
        for number in 0..<2 { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        let cursor = try client.items(job.id, "?state=finished").cursor
        _ = try client.command(job.id, "retry")
        try server.awaitEnd(job.id)
        #expect(try client.items(job.id, "?state=finished&cursor=\(cursor)").items.map(\.name) == ["0"])
    }

    @Test(arguments: [
        "items?limit=0", "items?limit=1001", "items?limit=x", "items?state=waiting", "items?state=ended",
        "items?cursor=x", "items?cursor=-2", "items?cursor=1&cursor=2", "items?page=1", "result.tar?format=png",
        "result.tar?cursor=x", "events?cursor=1",
    ])
    func faultInTheQuery_isNamed(_ path: String) throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let answer = try client.get("/v1/jobs/\(job.id)/\(path)")
        #expect(answer.status == 400)
        let name = path.split(separator: "?")[1].split(separator: "=")[0]
        #expect(try answer.document(ProblemAnswer.self).fields == [String(name)])
    }

    @Test func cursorOfNoJob_is400() throws {
        let server = try JobServer.make(isWorking: false)
        #expect(try server.client().get("/v1/jobs?cursor=7").status == 400)
    }
}
