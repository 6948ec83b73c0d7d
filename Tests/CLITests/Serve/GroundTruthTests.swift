import Engine
import Foundation
import TestSupport
import Testing

/// Ground truth and the built server, with its engine in a process of its own.
@Suite struct GroundTruthTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The left half is a cat, a column does not count.
    private static let truth: Data = {
        let indices: [UInt16] = (0..<Picture.width * Picture.height).map { pixel in
            let x = pixel % Picture.width
            return x == 56 ? IndexMask.ignore : x < 56 ? 8 : 0
        }
        return VOCPNG.encode(IndexMask(width: Picture.width, height: Picture.height, indices: indices), classCount: 20)
    }()

    @Test func figures_surviveAKillAndARestart() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        let mask: MaskAnswer = try client.postMask().document()
        let put = try client.putGroundTruth(Self.truth, of: mask.id)
        #expect(put.status == 201)
        let summary = try client.get("/v1/metrics/summary")
        kill(server.process.id, SIGKILL)
        #expect(try server.process.wait() == .killed(SIGKILL))

        let restarted = try ServerProcess(dataDirectory: directory.path)
        let again = try restarted.client()
        #expect(try again.get(mask.links.groundTruth).body == put.body)
        #expect(try again.get("/v1/metrics/summary").body == summary.body)
        #expect(try summary.document(SummaryAnswer.self).groups.map(\.images) == [1])
        #expect(try restarted.stop() == .exited(0))
    }

    /// What the engine's process answers is what is computed here.
    @Test func figures_areThoseOfTheMasks() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        let mask: MaskAnswer = try client.postMask().document()
        let document: GroundTruthAnswer = try client.putGroundTruth(Self.truth, of: mask.id).document()
        var matrix = ConfusionMatrix(classCount: 20)
        matrix.add(
            ImageScore(
                prediction: try VOCPNG.decode(client.get(mask.links.mask).body), truth: try VOCPNG.decode(Self.truth),
                classCount: 20))
        #expect(document.meanIou == matrix.meanIoU && document.pixelAccuracy == matrix.pixelAccuracy)
    }

    @Test func mutatedGroundTruth_isAnswered_andTheServerLives() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        let mask: MaskAnswer = try client.postMask().document()
        let engine = try server.engineID()
        var statuses: [Int: Int] = [:]
        for seed in 0..<200 {
            var random = SeededRandom(seed: UInt64(seed))
            var bytes = Self.truth
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if seed % 5 == 0 { bytes = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)) }
            statuses[try client.putGroundTruth(bytes, of: mask.id).status, default: 0] += 1
        }
        #expect(Set(statuses.keys).isSubset(of: [200, 201, 400, 415, 422]), "\(statuses)")
        #expect(statuses[422, default: 0] > 100, "\(statuses)")
        #expect(try client.putGroundTruth(Self.truth, of: mask.id).status < 300)
        #expect(try server.engineID() == engine)
        #expect(try server.stop() == .exited(0))
    }

    @Test func tokens_openWhatTheirScopesSay() throws {
        func token(_ name: String, _ scopes: String) throws -> String {
            let result = try pseudolabel("token", name, "--scopes", scopes, "--file", directory.path("tokens"))
            return "Authorization: Bearer \(result.output.trimmingCharacters(in: .newlines))\r\n"
        }
        let (reader, labeller) = (try token("reader", "read"), try token("labeller", "read,label"))
        let server = try ServerProcess(
            dataDirectory: directory.path("data"), ["--token-file", directory.path("tokens")])
        let client = try server.client()
        let mask: MaskAnswer = try client.postMask(fields: labeller).document()
        let path = mask.links.groundTruth
        #expect(try server.client().putGroundTruth(Self.truth, of: mask.id, fields: reader).status == 403)
        #expect(try client.putGroundTruth(Self.truth, of: mask.id, fields: labeller).status == 201)
        for (path, status) in [(path, 404), ("/v1/metrics/summary", 200)] {
            #expect(try client.get(path).status == 401)
            #expect(try client.get(path, fields: labeller).status == 200)
            #expect(try client.get(path, fields: reader).status == status, "the mask is the labeller's")
        }
        #expect(try client.delete(path, fields: reader).status == 403)
        #expect(try client.delete(path, fields: labeller).status == 204)
    }
}
