import Foundation
import TestSupport
import Testing

/// `kill -9` at random places while a client labels a data set. The seed draws the places; where in the server's work
/// they fall is up to the machine, and differs from run to run.
@Suite struct KillTests {
    private static let kills = 60

    @Test func killAtAnyMoment_losesNothing_andMakesNothingTwice() throws {
        let data = try TemporaryDirectory()
        var random = SeededRandom(seed: 3)
        let client = try KillClient(jobs: 16)
        var places: [String: Int] = [:]
        var interrupted: [String: Int] = [:]
        for _ in 0..<Self.kills {
            let plan = KillPlan(using: &random)
            try round(plan, data, client, &places)
            try expectWhole(data.path, strays: true)
            for (state, count) in try DatabaseCopy(of: data.path)?.itemsByState() ?? [:] where count > 0 {
                interrupted[state, default: 0] += 1
            }
        }
        let before = client.accepted.count
        let server = try ServerProcess(dataDirectory: data.path)
        try client.work(server)
        #expect(client.isFinished)
        try client.verify(server)
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
        #expect(try DatabaseCopy(of: data.path)?.masks() == Self.undisturbed(client.jobs))
        print("""
            kills: \(Self.kills); after a step: \(places.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" });
            kills with items in a state: \(interrupted); jobs accepted during the kills: \(before) of \(client.jobs.count), \
            items \(client.jobs.reduce(0) { $0 + $1.pictures.count }), images uploaded \(client.uploaded.count)
            """)
    }

    private func round(
        _ plan: KillPlan, _ data: TemporaryDirectory, _ client: KillClient, _ places: inout [String: Int]
    ) throws {
        if plan.step == .start {
            let process = try RunningProcess(
                [try Binary.path(), "serve", "--port", "0", "--data-dir", data.path])
            Killer(plan, process.id).reached(.start)
            #expect(try process.wait() == .killed(SIGKILL))
            let phase = process.output.text.isEmpty ? "start, before it listened" : "start, after"
            places[phase, default: 0] += 1
            return
        }
        let server = try ServerProcess(dataDirectory: data.path)
        let killer = Killer(plan, server.process.id)
        do {
            try client.work(server, killer)
            killer.strike()
            places["nothing left to do", default: 0] += 1
        } catch where error is TestClient.Failure || error is JobWatcher.CutOff {
            places[plan.step.rawValue, default: 0] += 1
        }
        #expect(killer.hasStruck)
        #expect(try server.process.wait() == .killed(SIGKILL))
    }

    /// The masks of the same jobs, made without any kill.
    private static func undisturbed(_ jobs: [JobFixture]) throws -> [String: Data] {
        let data = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: data.path)
        let client = try server.client()
        for job in jobs {
            let answer: JobAnswer = try client.submit(job).document()
            let missing = Set(answer.missing ?? [])
            for picture in job.pictures where missing.contains(picture.sha256) {
                #expect(try client.upload(picture).status == 201)
            }
            try JobWatcher(answer.id, server).wait()
        }
        #expect(try server.stop() == .exited(0))
        return try DatabaseCopy(of: data.path)?.masks() ?? [:]
    }
}
