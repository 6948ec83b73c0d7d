import Foundation
import TestSupport
import Testing

/// A job of a thousand pictures of which two are bad, with a kill in the middle.
@Suite struct ThousandItemsTests {
    private struct Failed: Equatable {
        let name: String
        let reason: String
    }

    @Test func badPictures_failAlone_withTheirReasons_throughAKillInTheMiddle() throws {
        let data = try TemporaryDirectory()
        var pictures = try (0..<1000).map(JobPicture.window)
        let cat = try Picture.jpeg.bytes
        pictures[300] = JobPicture(name: "truncated", bytes: cat.prefix(cat.count / 2))
        pictures[700] = JobPicture(name: "text", bytes: Data("no picture".utf8))
        let job = JobFixture(name: "thousand", pictures: pictures)

        let first = try ServerProcess(dataDirectory: data.path)
        let client = try first.client()
        let posted: JobAnswer = try client.submit(job).document()
        for picture in pictures { #expect(try client.upload(picture).status == 201) }
        try JobWatcher(posted.id, first).wait(forItems: 400)
        first.process.send(SIGKILL)
        #expect(try first.process.wait() == .killed(SIGKILL))
        try expectWhole(data.path, strays: true)

        let started = ContinuousClock.now
        let server = try ServerProcess(dataDirectory: data.path)
        let listening = ContinuousClock.now - started
        let before = try server.client().job(posted.id).counts
        try JobWatcher(posted.id, server).wait(forItems: before.done + before.failed + 1)
        let going = ContinuousClock.now - started
        print("recovery after kill -9 with \(before.done + before.failed) of 1000 finished: listening after \(listening), "
            + "next item finished after \(going)")

        try JobWatcher(posted.id, server).wait()
        let ended = try server.client().job(posted.id)
        #expect(ended.state == "done_with_failures")
        #expect(ended.counts.done == 998 && ended.counts.failed == 2 && ended.counts.total == 1000)
        let failures = try failures(of: posted.id, server)
        #expect(failures.map(\.name) == ["text", "truncated"])
        #expect(failures.allSatisfy { !$0.reason.isEmpty && !$0.reason.contains(data.path) })

        // Tried again they fail again, and nothing else is.
        #expect(try server.client().post("/v1/jobs/\(posted.id)/retry", nil, Data()).status == 200)
        try JobWatcher(posted.id, server).wait()
        #expect(try self.failures(of: posted.id, server) == failures)
        #expect(try server.client().job(posted.id).counts == ended.counts)
        #expect(try server.peakMemory() < 300 << 20)
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
    }

    private func failures(of id: String, _ server: ServerProcess) throws -> [Failed] {
        try server.client().items(of: id, state: "failed").map { Failed(name: $0.name, reason: $0.reason ?? "") }
            .sorted { $0.name < $1.name }
    }
}
