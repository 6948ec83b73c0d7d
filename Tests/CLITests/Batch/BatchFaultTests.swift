import Foundation
import Server
import Synchronization
import TestSupport
import Testing

/// `batch` against servers that fail, files that change, and its own death.
@Suite struct BatchFaultTests {
    /// What a request is for: its path without ids.
    private static func kind(_ method: String, _ path: String) -> String {
        let parts = path.split(separator: "/").enumerated().map { $0.offset == 2 ? "ID" : String($0.element) }
        return "\(method) " + parts.joined(separator: "/")
    }

    @Test func itemsThatTheServerCallsOtherwise_areMissed() throws {
        let run = try BatchFixture(count: 2)
        let server = try FakeJobServer()
        server.state.withLock { $0.renamed = ["a1": "b1"] }
        let result = try run.batch(server.url)
        #expect(result.status == 1 && run.masks == ["a0.png"], "\(result.errors)")
        #expect(run.failures == "a1\tthe server's answers do not name it, and the job has ended\n")
    }

    @Test(arguments: [
        FakeJobServer.Fault.status(503, retryAfter: "0"), .status(429), .status(500), .status(502), .cut,
    ])
    func eachStepThatFailsOnce_isDoneAgain(_ fault: FakeJobServer.Fault) throws {
        let run = try BatchFixture()
        let seen = Mutex<Set<String>>([])
        let server = try FakeJobServer { method, path, _ in
            seen.withLock { $0.insert(BatchFaultTests.kind(method, path)).inserted } ? fault : nil
        }
        let result = try run.batch(server.url, "--coco")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("trying again") && run.masks == run.pngs(run.names))
        #expect(server.jobs.jobs.count == 1)
        #expect(seen.withLock(\.count) == 7)
    }

    /// A 429 as any other, only that waiting never ends it.
    @Test(arguments: ["POST v1/jobs", "PUT v1/images/ID"])
    func quotaThatIsFull_endsTheRun_withWhatHelps(_ step: String) throws {
        let run = try BatchFixture()
        let advice = "DELETE /v1/jobs/{id}?purge=true frees what a job holds."
        let server = try FakeJobServer { method, path, _ in
            BatchFaultTests.kind(method, path) == step
                ? .problem(Problem(.tooManyRequests, advice, type: Problem.quotaType)) : nil
        }
        let result = try run.batch(server.url)
        #expect(result.status == 4 && result.errors.contains(advice), "\(result.errors)")
        #expect(server.requests.count { $0.hasPrefix("POST") } == 1, "not tried again")
    }

    @Test func maskThatIsCutOrNone_isFetchedAgain() throws {
        let run = try BatchFixture()
        let png = try Picture.png.bytes
        let count = Atomic(0)
        let server = try FakeJobServer { _, path, _ in
            guard path.hasSuffix("mask.png") else { return nil }
            switch count.add(1, ordering: .relaxed).oldValue {
            case 0: return .body(png.dropLast(100))
            case 1: return .body(Data("<html>proxy</html>".utf8))
            case 2: return .body(Data())
            default: return nil
            }
        }
        #expect(try run.batch(server.url).status == 0)
        for name in run.names { #expect(try run.out.data("SegmentationClass/\(name).png") == png) }
    }

    @Test func maskThatIsGone_isAFailureOfItsImage() throws {
        let run = try BatchFixture()
        let gone = FakeJobs.digest(Data("a2".utf8))
        let server = try FakeJobServer { _, path, _ in path.contains(gone) ? .status(404) : nil }
        let result = try run.batch(server.url)
        #expect(result.status == 1 && result.errors.contains("5 masks, 1 failed"))
        #expect(run.failures.hasPrefix("a2\tthe server has its mask no more"))
    }

    @Test func imageThatChangesAfterItWasHashed_failsAlone_andTheJobIsEnded() throws {
        let run = try BatchFixture()
        let file = run.pictures.url.appendingPathComponent("a4.jpg")
        let server = try FakeJobServer { method, path, _ in
            if method == "POST", path == "/v1/jobs" { try? Data("changed".utf8).write(to: file) }
            return nil
        }
        let result = try run.batch(server.url)
        #expect(result.status == 1, "\(result.errors)")
        #expect(run.failures.hasPrefix("a4\tits image was not accepted: 422"))
        #expect(run.masks == run.pngs(run.names.filter { $0 != "a4" }))
        #expect(server.jobs.jobs["job-1"]?.state == "cancelled")
    }

    @Test func imageThatVanishes_orIsTooLarge_failsAlone() throws {
        let run = try BatchFixture()
        let file = run.pictures.path("a1.jpg")
        let large = FakeJobs.digest(try Picture.jpeg(comment: "a5"))
        let server = try FakeJobServer { method, path, _ in
            if method == "POST" { try? FileManager.default.removeItem(atPath: file) }
            return path.contains(large) ? .status(413) : nil
        }
        let result = try run.batch(server.url)
        #expect(result.status == 1 && run.masks.count == 4)
        let failures = try run.lines("failures.txt")
        #expect(failures.count == 2)
        #expect(failures[0].hasPrefix("a1\t") && failures[0].contains("can't be read any more"))
        #expect(failures[1].hasPrefix("a5\tits image was not accepted: 413"))
    }

    @Test func imageThatNobodyNeedsAnyMore_isNoFailure() throws {
        let run = try BatchFixture()
        let done = try Picture.jpeg(comment: "a0")
        let digest = FakeJobs.digest(done)
        let box = Mutex<FakeJobServer?>(nil)
        let server = try FakeJobServer { _, path, _ in
            guard path.contains(digest) else { return nil }
            // Another client was faster.
            box.withLock { server in server?.state.withLock { _ = $0.upload(done, sha256: digest) } }
            return .status(409)
        }
        box.withLock { $0 = server }
        defer { box.withLock { $0 = nil } }
        #expect(try run.batch(server.url).status == 0)
        #expect(run.masks.count == 6)
    }

    @Test func serverThatNeverRecovers_endsTheRunWhenPatienceDoes() throws {
        let run = try BatchFixture()
        let server = try FakeJobServer { _, _, _ in .status(503) }
        let result = try run.batch(server.url, "--patience", "0.5")
        #expect(result.status == 4 && result.errors.contains("--patience"))
        let closed = try run.batch("http://127.0.0.1:1", "--patience", "0")
        #expect(closed.status == 4 && closed.errors.contains("127.0.0.1"))
    }

    @Test func redirection_isNotFollowed() throws {
        let run = try BatchFixture()
        let server = try FakeJobServer { _, _, _ in .status(308) }
        let result = try run.batch(server.url, "--token", "s3cret")
        #expect(result.status == 4 && server.requests.count == 1)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signal_stopsTheRun_andTheSameCommandGoesOn(_ signal: Int32) throws {
        let run = try BatchFixture()
        // Nothing but the first upload gets through.
        let isHeld = Atomic(true)
        let server = try FakeJobServer { method, _, number in
            method == "PUT" && number > 1 && isHeld.load(ordering: .relaxed) ? .status(503, retryAfter: "100") : nil
        }
        let process = try run.start(server.url)
        #expect(process.errors.line(with: "trying again") != nil)
        process.send(signal)
        #expect(try process.wait() == .exited(128 + signal))
        #expect(process.errors.text.contains("job job-1 goes on at the server"))
        isHeld.store(false, ordering: .relaxed)
        #expect(try run.batch(server.url).status == 0)
        #expect(server.jobs.jobs.count == 1 && run.masks.count == 6)
    }

    /// Dies at its first request, runs again and dies at its second, and so on, until a run is over before its death.
    @Test(.timeLimit(.minutes(2))) func clientKilledAtEveryStep_finishesWithOneJob_andLosesNothing() throws {
        let run = try BatchFixture()
        let victim = Victim()
        let server = try FakeJobServer { _, _, _ in
            victim.countRequest()
            return nil
        }
        for step in 1... {
            let process = try run.start(server.url, "--connections", "2")
            victim.aim(at: process.id, requests: step)
            if try process.wait() == .exited(0) { break }
            #expect(run.masks.allSatisfy { run.pngs(run.names).contains($0) })
            try #require(step < 60)
        }
        #expect(run.masks == run.pngs(run.names))
        for name in run.names { #expect(try run.out.data("SegmentationClass/\(name).png") == Picture.png.bytes) }
        #expect(server.jobs.jobs.count == 1)
    }
}

/// A process that dies after so many requests to a server.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
private final class Victim: @unchecked Sendable {
    private let condition = NSCondition()
    private var id: pid_t = 0
    private var requests = 0

    func aim(at id: pid_t, requests: Int) {
        condition.withLock {
            (self.id, self.requests) = (id, requests)
            condition.broadcast()
        }
    }

    /// Blocks a request that comes before its client's number is known.
    func countRequest() {
        condition.withLock {
            while id == 0 { condition.wait() }
            requests -= 1
            guard requests == 0 else { return }
            kill(id, SIGKILL)
            // The next request is the next client's.
            id = 0
        }
    }
}
