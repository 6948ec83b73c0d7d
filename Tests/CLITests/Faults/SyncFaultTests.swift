import Foundation
import TestSupport
import Testing

/// fsync and fdatasync that fail, injected by strace.
@Suite(.serialized) struct SyncFaultTests {
    private let data: TemporaryDirectory
    private let jobs: [JobFixture]

    init() throws {
        data = try TemporaryDirectory()
        let windows = try (0..<24).map(JobPicture.window)
        jobs = [
            JobFixture(name: "first", pictures: Array(windows[..<12])),
            JobFixture(name: "second", pictures: Array(windows[12...])),
        ]
    }

    private static let syncs = "fsync,fdatasync"

    /// Whether there is a strace that may trace.
    private static let canInject: Bool = {
        let inject = ["strace", "-qq", "-e", "inject=getppid:error=EIO", "true"]
        guard let process = try? RunningProcess(inject), let ending = try? process.wait() else { return false }
        return ending == .exited(0)
    }()

    private func isPossible(_ name: String) -> Bool {
        if !Self.canInject { print("\(name): skipped, there is no strace that may trace") }
        return Self.canInject
    }

    /// From now on every sync of the server fails, until the process that is returned ends.
    private func breakDisk(of server: ServerProcess) throws -> RunningProcess {
        let strace = try RunningProcess([
            "strace", "-f", "-o", "/dev/null", "-e", "trace=\(Self.syncs)", "-e", "inject=\(Self.syncs):error=EIO", "-p",
            "\(server.process.id)",
        ])
        #expect(strace.errors.line(with: "attached") != nil)
        return strace
    }

    @Test(arguments: [true, false])
    func diskThatTakesNothing_isPromisedNothing(_ isKilled: Bool) throws {
        guard isPossible("diskThatTakesNothing") else { return }
        var server = try ServerProcess(dataDirectory: data.path)
        var client = try server.client()
        let first: JobAnswer = try client.submit(jobs[0]).document()
        for picture in jobs[0].pictures.prefix(8) { #expect(try client.upload(picture).status == 201) }

        let strace = try breakDisk(of: server)
        for _ in 0..<4 {
            #expect(try client.submit(jobs[1]).status == 500)
            for picture in jobs[0].pictures.suffix(4) { #expect(try client.upload(picture).status == 500) }
        }
        #expect(try server.isAlive())
        #expect(try client.job(first.id).counts.failed == 0)
        if isKilled {
            server.process.send(SIGKILL)
            #expect(try server.process.wait() == .killed(SIGKILL))
            _ = try strace.wait()
            try expectWhole(data.path, strays: true)
            server = try ServerProcess(dataDirectory: data.path)
            client = try server.client()
        } else {
            strace.send(SIGTERM)
            _ = try strace.wait()
        }
        try finish(server, client, uploaded: 8)
    }

    /// Each thread of the server has one sync that fails: its first, its second, …
    @Test(arguments: 1...8) func syncThatFailsOnce_losesNothing(_ number: Int) throws {
        guard isPossible("syncThatFailsOnce") else { return }
        // Creates the database, so that fewer syncs are the start's.
        #expect(try ServerProcess(dataDirectory: data.path).stop() == .exited(0))
        let launcher = [
            "strace", "-D", "-f", "-qq", "-o", data.path("trace"), "-e", "trace=\(Self.syncs)", "-e",
            "inject=\(Self.syncs):error=EIO:when=\(number)",
        ]
        var refusals = 0
        var uploaded = 0
        if let server = try? ServerProcess(dataDirectory: data.path, launcher: launcher) {
            let client = try server.client()
            func insist(on status: Int, _ send: () throws -> TestClient.Answer) throws {
                for _ in 0..<16 {
                    let answer = try send()
                    if answer.status == status { return }
                    #expect(answer.status == 500, "\(answer.text)")
                    refusals += 1
                }
                Issue.record("still not \(status)")
            }
            try insist(on: 202) { try client.submit(jobs[0]) }
            for picture in jobs[0].pictures.prefix(8) {
                try insist(on: 201) { try client.upload(picture) }
                uploaded += 1
            }
            server.process.send(SIGKILL)
            #expect(try server.process.wait() == .killed(SIGKILL))
        }
        let injected = try String(contentsOfFile: data.path("trace"), encoding: .utf8)
            .components(separatedBy: "(INJECTED)").count - 1
        // No sync that failed costs more than the one request it belongs to.
        #expect(injected > 0 && refusals <= injected)
        try expectWhole(data.path, strays: true)
        let server = try ServerProcess(dataDirectory: data.path)
        try finish(server, server.client(), uploaded: uploaded)
        print("sync \(number) of each thread: \(injected) failed, \(refusals) requests refused, uploads \(uploaded)")
    }

    /// Both jobs to their ends.
    /// - Parameter uploaded: so many of the first one's pictures were taken in before.
    private func finish(_ server: ServerProcess, _ client: TestClient, uploaded: Int) throws {
        for job in jobs {
            let answer: JobAnswer = try client.submit(job).document()
            let missing = Set(answer.missing ?? [])
            if job.name == "first" {
                #expect(missing.isDisjoint(with: job.pictures.prefix(uploaded).map(\.sha256)))
            }
            for picture in job.pictures where missing.contains(picture.sha256) {
                #expect([200, 201].contains(try client.upload(picture).status))
            }
            try JobWatcher(answer.id, server).wait()
            let ended = try client.job(answer.id)
            #expect(ended.state == "done" && ended.counts.done == job.pictures.count)
        }
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
    }
}
