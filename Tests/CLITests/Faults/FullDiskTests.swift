import Foundation
import TestSupport
import Testing

/// A disk that is full for a while: refusals then, and all goes on by itself afterwards.
@Suite struct FullDiskTests {
    private static let pictures = 60
    private let jobs: [JobFixture]

    init() throws {
        let windows = try (0..<2 * Self.pictures).map(JobPicture.window)
        jobs = [
            JobFixture(name: "first", pictures: Array(windows[..<Self.pictures])),
            JobFixture(name: "second", pictures: Array(windows[Self.pictures...])),
        ]
    }

    @Test func fullDisk_refusesWhatIsNew_keepsWhatIsOld_andGoesOnByItself() throws {
        guard let disk = try SmallDisk(megabytes: 32) else {
            print("fullDisk: skipped, this process may not mount a tmpfs")
            return
        }
        let server = try ServerProcess(dataDirectory: disk.data)
        try meetFullDisk(server, refusals: [507, 503], fill: disk.fill, free: disk.free)
        #expect(try server.stop() == .exited(0))
        try expectWhole(disk.data)
    }

    /// The other way for a write to fail that finds no room: SQLite sees it as an error of the device, hence the 500.
    @Test func fileSizeLimit_refusesWhatIsNew_keepsWhatIsOld_andGoesOnByItself() throws {
        let data = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: data.path)
        let limit = { (bytes: String) throws in
            let command = ["prlimit", "--pid", "\(server.process.id)", "--fsize=\(bytes):unlimited"]
            let ending = try RunningProcess(command).wait()
            #expect(ending == .exited(0))
        }
        try meetFullDisk(
            server, refusals: [507, 503, 500], fill: { try limit("4096") }, free: { try limit("unlimited") })
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
    }

    private func meetFullDisk(
        _ server: ServerProcess, refusals: Set<Int>, fill: () throws -> Void, free: () throws -> Void
    ) throws {
        let client = try server.client()
        let first: JobAnswer = try client.submit(jobs[0]).document()
        for picture in jobs[0].pictures { #expect(try client.upload(picture).status == 201) }
        try JobWatcher(first.id, server).wait(forItems: 3)
        try fill()
        // What is left of the job meets it while it is worked on.
        let complaint = server.process.errors.line(with: "for now")
        #expect(complaint != nil)

        var refused: [Int: Int] = [:]
        var accepted: JobAnswer?
        for attempt in 0..<20 {
            let answer = try client.submit(jobs[1])
            if answer.status == 202 {
                // Room that the database had already.
                accepted = try answer.document()
                break
            }
            #expect(refusals.contains(answer.status), "\(attempt): \(answer.text)")
            refused[answer.status, default: 0] += 1
        }
        // An image of another job is not there yet: a file of its own, for which there is no room.
        if accepted != nil {
            let answer = try client.upload(jobs[1].pictures[0])
            #expect(refusals.contains(answer.status), "\(answer.text)")
            refused[answer.status, default: 0] += 1
        }
        #expect(!refused.isEmpty)
        #expect(try client.get("/readyz").status == 503, "no new work is to be sent here")
        #expect(try server.isAlive())
        let during = try client.job(first.id)
        #expect(during.state == "running" && during.counts.failed == 0 && during.counts.waitingForImage == 0)

        try free()
        try JobWatcher(first.id, server).wait()
        let end = Date(timeIntervalSinceNow: 60)
        while try client.get("/readyz").status == 503, Date() < end {}
        #expect(try client.get("/readyz").status == 200)
        let second: JobAnswer = try client.submit(jobs[1]).document()
        if let accepted { #expect(accepted.id == second.id) }
        for picture in jobs[1].pictures { #expect(try client.upload(picture).status == 201) }
        try JobWatcher(second.id, server).wait()
        for id in [first.id, second.id] {
            let job = try client.job(id)
            #expect(job.state == "done" && job.counts.done == Self.pictures)
        }
        print("full disk: \(during.counts.done) of \(Self.pictures) were finished before; refusals \(refused)")
    }
}
