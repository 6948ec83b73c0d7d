import Foundation
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct CrashTests {
    /// Masks that clients have been given.
    private final class Given: Sendable {
        let masks = Mutex<[String: Data]>([:])
        private let sinceKill = Mutex(0)

        func startRound() { sinceKill.withLock { $0 = 0 } }

        /// - Returns: how many there are in this round.
        func add(_ id: String, _ mask: Data) -> Int {
            masks.withLock { $0[id] = mask }
            return sinceKill.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// Kills the server again and again in the middle of uploads, each time after another number of answers, and looks
    /// for every mask that any client ever got.
    @Test func kill_losesNothingThatWasAnswered() throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: 2)
        let given = Given()
        for round in 0..<10 {
            let server = try ServerProcess(dataDirectory: directory.path)
            try verify(given, server)
            given.startRound()
            let answersBeforeKill = round == 0 ? 4 : Int.random(in: 0...8, using: &random)
            upload(round, server, given, answersBeforeKill: answersBeforeKill)
            #expect(try server.process.wait() == .killed(SIGKILL))
        }

        let server = try ServerProcess(dataDirectory: directory.path)
        try verify(given, server)
        #expect(try server.client().postMask().status == 200)
        #expect(try server.stop() == .exited(0))

        // Opening checks the whole database; no mask without its image, no image file without a mask.
        let store = try Store.open(directory: directory.path)
        let summary = try store.summary
        store.close()
        #expect(given.masks.withLock(\.count) >= 10)
        #expect(summary.masks >= given.masks.withLock(\.count) + 1)
        #expect(summary.images == summary.masks)
        #expect(try directory.files("images").count == summary.images)
    }

    /// Three clients post pictures until the server is gone.
    private func upload(_ round: Int, _ server: ServerProcess, _ given: Given, answersBeforeKill: Int) {
        let threads = DispatchGroup()
        let (id, port) = (server.process.id, server.port)
        for index in 0..<3 {
            threads.enter()
            Thread {
                defer { threads.leave() }
                guard let client = try? TestClient(port: port) else { return }
                for number in 0... {
                    if answersBeforeKill == 0, number == 1 { kill(id, SIGKILL) }
                    guard let bytes = try? Picture.jpeg(comment: "\(round) \(index) \(number)"),
                        let answer = try? client.post(
                            "/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/jpeg", bytes,
                            fields: "Accept: image/png\r\n"),
                        answer.status == 200, let mask = answer.field("X-Mask-Id")
                    else { return }
                    if given.add(mask, answer.body) == answersBeforeKill { kill(id, SIGKILL) }
                }
            }.start()
        }
        threads.wait()
    }

    private func verify(_ given: Given, _ server: ServerProcess) throws {
        let client = try server.client()
        for (id, mask) in given.masks.withLock({ $0 }) {
            let answer = try client.get("/v1/masks/\(id)/mask.png")
            #expect(answer.status == 200 && answer.body == mask, "mask \(id)")
        }
    }
}
