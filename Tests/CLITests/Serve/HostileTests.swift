import Foundation
import Server
import Synchronization
import TestSupport
import Testing

/// What must not stop the server, nor make it take the memory of the machine.
@Suite(.serialized) struct HostileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func mutatedPictures_areAnswered_andTheServerLives() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        var statuses: [Int: Int] = [:]
        for seed in 0..<300 {
            var random = SeededRandom(seed: UInt64(seed))
            let picture = Picture.allCases[seed % 2]
            var bytes = try picture.bytes
            // Headers are where most can go wrong.
            let end = Bool.random(using: &random) ? 700 : bytes.count
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if seed % 5 == 0 { bytes = bytes.prefix(Int.random(in: 1..<bytes.count, using: &random)) }
            let answer = try client.post("/v1/masks?labels=cat&\(TestClient.fastOptions)", picture.mediaType, bytes)
            statuses[answer.status, default: 0] += 1
        }
        #expect(Set(statuses.keys).isSubset(of: [200, 413, 415, 422]), "\(statuses)")
        #expect(statuses[200, default: 0] > 10 && statuses[422, default: 0] > 100, "\(statuses)")
        #expect(try server.stop() == .exited(0))
    }

    @Test func pictureThatClaimsAGigapixel_takesNoMemory() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        #expect(try server.client().postMask().status == 200)
        let before = try server.peakMemory()
        #expect(before > 10 << 20)
        #expect(try server.client().post("/v1/masks", "image/png", Picture.enormousPNG).status == 413)
        #expect(try server.peakMemory() < before + 100 << 20)
        #expect(try server.isAlive())
    }

    @Test func outOfDescriptors_theServerLives_andRecovers() throws {
        let server = try ServerProcess(dataDirectory: directory.path, launcher: ["prlimit", "--nofile=64"])
        let first = try server.client()
        #expect(try first.get("/healthz").status == 200)
        var crowd = try (0..<200).map { _ in try server.client() }
        for client in crowd { try client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") }
        // Who was there first is served all the same.
        #expect(try first.postMask().status == 200)
        #expect(try crowd[0].answer().status == 200)
        crowd = []
        // Until the server has seen all of them go it may still refuse, but says when to come again.
        var answer = try server.client().postMask(.png)
        while answer.status == 503, answer.field("Retry-After") != nil { answer = try server.client().postMask(.png) }
        #expect(answer.status == 200)
        #expect(try server.stop() == .exited(0))
    }

    @Test func thousandIdleConnections_keepNobodyElseOut() throws {
        DescriptorLimit.raise()
        let server = try ServerProcess(dataDirectory: directory.path)
        let idle = try (0..<1000).map { _ in try server.client() }
        #expect(try server.client().postMask().status == 200)
        #expect(try server.isAlive())
        #expect(try server.stop() == .exited(0))
        withExtendedLifetime(idle) {}
    }

    @Test func clientsThatLeaveInTheMiddle_costNothing() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let body = try Picture.png.bytes
        for round in 0..<50 {
            let client = try server.client()
            try client.send(
                TestClient.head("/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/png", bodyBytes: body.count)
                    + body.prefix(round % 5 == 0 ? body.count : body.count * round / 50))
            if round % 2 == 0 { client.reset() } else { client.close() }
        }
        #expect(try server.client().postMask().status == 200)
        #expect(try server.stop() == .exited(0))
    }
}
