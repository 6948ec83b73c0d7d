import Foundation
import TestSupport
import Testing

/// A clock that jumps while a job runs: libfaketime stands between the server and the time of day, and leaves the
/// monotonic clock alone, as a jump does.
@Suite struct ClockTests {
    private static let library: String? = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    ].first { FileManager.default.fileExists(atPath: $0) }

    @Test func clockThatJumps_changesNothingButTheDatesShown() throws {
        guard let library = Self.library else {
            print("clockThatJumps: skipped, libfaketime is not installed")
            return
        }
        struct Dates: Decodable {
            let createdAt: String
            let finishedAt: String?
        }
        let directory = try TemporaryDirectory()
        let set = { (offset: String) in _ = try directory.write(offset, "clock") }
        try set("+0")
        let server = try ServerProcess(
            dataDirectory: directory.path("data"),
            launcher: [
                "env", "LD_PRELOAD=\(library)", "FAKETIME_TIMESTAMP_FILE=\(directory.path("clock"))",
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // The library adds to the environment of the first process that it is in, and a Swift program finds its
                // arguments beside an environment that has not been touched.
                "sh", "-c", "exec \"$@\"", "sh",
            ])
        // What the library leaves of a process that did not end through `exit` would keep it out of the next of this id.
        defer {
            for name in ["faketime_shm_", "sem.faketime_sem_"] { unlink("/dev/shm/\(name)\(server.process.id)") }
        }
        let idle = try server.client()
        #expect(try idle.get("/healthz").status == 200)
        let client = try server.client()
        let pictures = try (0..<30).map(JobPicture.window)
        let job: JobAnswer = try client.submit(JobFixture(name: "jumps", pictures: pictures)).document()
        let watcher = try JobWatcher(job.id, server)
        // A year back, ten years forward, and to where it was: each in the middle of a picture, with a connection that
        // waits, one that listens to events, and one in the middle of its upload.
        for (index, offset) in ["-365d", "+3650d", "+0"].enumerated() {
            let batch = pictures[index * 10..<index * 10 + 10]
            for picture in batch.dropLast() { #expect(try client.upload(picture).status == 201) }
            let last = TestClient.upload(pictures[index * 10 + 9])
            try client.send(last.prefix(last.count / 2))
            try set(offset)
            try client.send(last.dropFirst(last.count / 2))
            #expect(try client.answer().status == 201)
            try watcher.wait(forItems: index * 10 + 10)
            #expect(try idle.get("/healthz").status == 200)
        }
        try watcher.wait()
        let ended = try client.job(job.id)
        #expect(ended.state == "done" && ended.counts.done == 30)
        #expect(try client.items(of: job.id).allSatisfy { $0.attempts == 1 }, "\(server.process.errors.text)")

        // The jump was one.
        try set("+3650d")
        let later: JobAnswer = try client.submit(JobFixture(name: "later", pictures: pictures)).document()
        try JobWatcher(later.id, server).wait()
        let year = { (id: String) in Int(try client.get("/v1/jobs/\(id)").document(Dates.self).createdAt.prefix(4)) ?? 0
        }
        #expect(try year(later.id) >= year(job.id) + 9)
        #expect(try server.stop() == .exited(0))
        try expectWhole(directory.path("data"))
    }
}
