import Engine
import Foundation
import TestSupport
import Testing

/// A picture that ends the engine or hangs it, again and again. Signals from outside stand in for the fault: they come
/// while the engine is at that picture and no other.
@Suite(.serialized) struct EngineFaultTests {
    private let data: TemporaryDirectory
    private let small: [JobPicture]
    private let large: JobPicture

    init() throws {
        data = try TemporaryDirectory()
        small = try (0..<12).map(JobPicture.window)
        var random = SeededRandom(seed: 8)
        let pixels = (0..<640 * 640 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
        large = JobPicture(name: "large", bytes: PNGEncoder.rgb(RGBImage(width: 640, height: 640, pixels: pixels)))
    }

    /// Options under which the large picture takes seconds, and the small ones still take little.
    private static var slowOptions: [String: Any] {
        ["scales": [1, 1.5, 2, 2.5, 3], "flip": true, "refinement": "none"]
    }

    @Test func pictureThatEndsTheEngineThreeTimes_failsAlone() throws {
        try failLarge(with: SIGKILL, "ended by signal 9")
    }

    @Test func pictureThatHangsTheEngineThreeTimes_failsAlone() throws {
        try failLarge(with: SIGSTOP, "did not finish this picture within 2 s", "--picture-timeout", "2")
    }

    /// Nobody's connection waits for it: without a deadline of its own it would hold up the stop for as long as a
    /// picture may take.
    @Test func pictureThatHangsTheEngine_isGivenBackWhenTheServerStops() throws {
        let server = try ServerProcess(dataDirectory: data.path, ["--drain-timeout", "1"])
        let client = try server.client()
        let job = JobFixture(name: "job", pictures: [large, small[0]], options: Self.slowOptions)
        let posted: JobAnswer = try client.submit(job).document()
        #expect(try client.upload(small[0]).status == 201)
        try JobWatcher(posted.id, server).wait(forItems: 1)
        let engine = try #require(EngineWatch(server: server.process.id).process)
        kill(engine, SIGSTOP)
        #expect(try client.upload(large).status == 201)
        while try client.items(of: posted.id, state: "running").isEmpty { usleep(5000) }
        #expect(try server.stop() == .exited(0))

        let restarted = try ServerProcess(dataDirectory: data.path)
        let again = try restarted.client()
        let counts = try again.job(posted.id).counts
        #expect(counts.done >= 1 && counts.queued + counts.running + counts.done == 2)
        _ = try again.request("DELETE /v1/jobs/\(posted.id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try restarted.stop() == .exited(0))
        try expectWhole(data.path)
    }

    private func failLarge(with signal: Int32, _ reason: String, _ arguments: String...) throws {
        let server = try ServerProcess(dataDirectory: data.path, arguments)
        let client = try server.client()
        let job = JobFixture(name: "job", pictures: [large] + small, options: Self.slowOptions)
        let posted: JobAnswer = try client.submit(job).document()
        let watcher = try JobWatcher(posted.id, server)
        // Half before and half behind it.
        for picture in small.prefix(6) { #expect(try client.upload(picture).status == 201) }
        try watcher.wait(forItems: 6)
        #expect(try client.upload(large).status == 201)

        let struck = try strike(signal, posted.id, server, client)
        for picture in small.suffix(6) { #expect(try client.upload(picture).status == 201) }
        try watcher.wait()

        let ended = try client.job(posted.id)
        #expect(ended.state == "done_with_failures" && ended.counts.done == small.count && ended.counts.failed == 1)
        let items = try client.items(of: posted.id)
        #expect(items[0].state == "failed" && items[0].attempts == 3)
        #expect(items[0].reason?.contains("3 times") == true && items[0].reason?.contains(reason) == true)
        #expect(items.dropFirst().allSatisfy { $0.state == "done" && $0.attempts == 1 })
        #expect(struck.count == 3)
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
    }

    /// Sends the signal to each engine that has worked on the large picture for a while, until the picture is failed.
    /// - Returns: the engines.
    private func strike(
        _ signal: Int32, _ job: String, _ server: ServerProcess, _ client: TestClient
    ) throws -> Set<pid_t> {
        let watch = EngineWatch(server: server.process.id)
        var begun: [pid_t: Double] = [:]
        var struck: Set<pid_t> = []
        while let item = try client.items(of: job).first, item.state != "failed", item.state != "done" {
            // Leaves the processors to the engine.
            usleep(5000)
            guard item.state == "running", let engine = watch.process, let seconds = watch.seconds(engine),
                !struck.contains(engine)
            else { continue }
            // What a new one has computed is mostly its start.
            if seconds - begun[engine, default: struck.isEmpty ? seconds : 0] > 1 {
                kill(engine, signal)
                struck.insert(engine)
            } else if begun[engine] == nil {
                begun[engine] = struck.isEmpty ? seconds : 0
            }
        }
        return struck
    }
}
