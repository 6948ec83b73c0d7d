import Engine
import Foundation
import Logging
import Server
import Synchronization
import TestSupport
import Testing

/// Whatever becomes of the engine's process, the server answers. The engine is killed and stopped from outside, while
/// it is at work on a picture of a megabyte.
@Suite(.serialized) struct EngineDeathTests {
    /// Work for long enough to be killed in the middle of it.
    private static let slowOptions = "scales=1.5&flip=true&refinement=none"
    private static let noise: Data = {
        var random = SeededRandom(seed: 4)
        let pixels = (0..<640 * 640 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
        return PNGEncoder.rgb(RGBImage(width: 640, height: 640, pixels: pixels))
    }()

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func postNoise(_ server: ServerProcess, _ label: String = "cat") throws -> TestClient {
        let client = try server.client()
        let target = "/v1/masks?labels=\(label)&\(Self.slowOptions)"
        try client.send(TestClient.head(target, "image/png", bodyBytes: Self.noise.count) + Self.noise)
        return client
    }

    /// - Returns: the engine's process, which has the picture.
    private func engineAtWork(_ server: ServerProcess, otherThan old: pid_t? = nil) throws -> pid_t {
        let engine = try server.engineID(otherThan: old)
        try server.waitUntilEngine(engine, hasRead: Self.noise.count)
        return engine
    }

    @Test func engineKilledAtWork_isStartedAgain_andTheRequestAnswered() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try postNoise(server)
        let engine = try engineAtWork(server)
        kill(engine, SIGKILL)
        #expect(try server.isAlive())
        #expect(try client.answer().status == 200)
        #expect(try server.engineID() != engine)
        #expect(server.process.errors.line(with: "engine process \(engine) ended by signal 9") != nil)
        #expect(try server.stop() == .exited(0))
    }

    @Test func engineKilledThreeTimesOnOnePicture_isThePicturesFault_andTheNextIsAnswered() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try postNoise(server)
        var engine: pid_t?
        for _ in 0..<3 {
            engine = try engineAtWork(server, otherThan: engine)
            kill(engine!, SIGKILL)
        }
        let answer = try client.answer()
        #expect(answer.status == 422)
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields == ["image"] && problem.detail.contains("signal 9"))
        #expect(try client.postMask().status == 200)
        #expect(try server.stop() == .exited(0))
    }

    /// Neither is known to be guilty, so neither is blamed.
    @Test func engineKilledWithTwoPictures_answersBoth() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let clients = [try postNoise(server, "cat"), try postNoise(server, "dog")]
        let engine = try server.engineID()
        try server.waitUntilEngine(engine, hasRead: 2 * Self.noise.count)
        kill(engine, SIGKILL)
        for client in clients { #expect(try client.answer().status == 200) }
        #expect(server.process.errors.text.components(separatedBy: "ended by signal 9").count == 2)
    }

    @Test func engineThatHangs_isKilled_andTheServerRecovers() throws {
        let server = try ServerProcess(dataDirectory: directory.path, ["--picture-timeout", "1"])
        #expect(try server.client().postMask(.png).status == 200)
        let engine = try server.engineID()
        kill(engine, SIGSTOP)
        let answer = try server.client().postMask(.jpeg)
        #expect(answer.status == 422)
        #expect(try answer.document(ProblemAnswer.self).detail.contains("within 1 s"))
        #expect(try server.engineID(otherThan: engine) != engine)
        #expect(try server.client().postMask(.jpeg).status == 200)
        #expect(try server.stop() == .exited(0))
    }

    /// A stopped engine takes no bytes: the time of a picture that is still being sent counts too.
    @Test func engineThatTakesNoBytes_isKilled() throws {
        let server = try ServerProcess(dataDirectory: directory.path, ["--picture-timeout", "1"])
        let engine = try server.engineID()
        #expect(try server.client().postMask().status == 200)
        kill(engine, SIGSTOP)
        #expect(try postNoise(server).answer().status == 422)
        try ServerProcess.waitForEnd(of: engine)
    }

    @Test func idleEngineThatIsKilled_isStartedAgain() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        #expect(try server.client().postMask(.png).status == 200)
        let engine = try server.engineID()
        kill(engine, SIGKILL)
        _ = try server.engineID(otherThan: engine)
        #expect(try server.client().postMask(.jpeg).status == 200)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func engine_outlivesASignalToTheWholeGroup_untilTheServerIsDone(
        _ signal: Int32
    ) throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try postNoise(server)
        let engine = try engineAtWork(server)
        kill(engine, signal)
        server.process.send(signal)
        #expect(try client.answer().status == 200)
        #expect(try server.process.wait() == .exited(0))
        try ServerProcess.waitForEnd(of: engine)
        #expect(!server.process.errors.text.contains("ended by"))
    }

    @Test func serverKilled_leavesNoEngine() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try postNoise(server)
        let engine = try engineAtWork(server)
        server.process.send(SIGKILL)
        try ServerProcess.waitForEnd(of: engine)
        #expect(try server.process.wait() == .killed(SIGKILL))
        // Nothing of the old server holds the directory.
        let next = try ServerProcess(dataDirectory: directory.path)
        #expect(try next.client().postMask().status == 200)
        withExtendedLifetime(client) {}
    }

    @Test func cancelledPicture_comesBack_andTheEngineGoesOn() throws {
        let model = try Model.embedded()
        let engine = EngineProcess(
            executable: try Binary.path(), arguments: ["engine"], modelDigest: model.digest,
            pictureTimeout: .seconds(300), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { engine.close() }
        // Minutes of work.
        let slow = PictureTask(
            bytes: Self.noise, labels: nil,
            options: try LabelingOptions(model: model.description, scales: [3, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3]),
            priority: .background)
        let asked = Atomic(0)
        #expect(throws: EngineFailure.cancelled) {
            try engine.label(slow) { asked.add(1, ordering: .relaxed).newValue < 10 }
        }
        let small = PictureTask(
            bytes: try Picture.png.bytes, labels: [7],
            options: try LabelingOptions(model: model.description, scales: [1]), priority: .interactive)
        #expect(try engine.label(small) { true }.width == Picture.width)
        #expect(engine.unavailability == nil)
    }

    @Test func engine_hasNoDescriptorOfTheServer() throws {
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        #expect(try client.postMask().status == 200)
        let folder = "/proc/\(try server.engineID())/fd"
        let targets = try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)
        }
        #expect(!targets.isEmpty)
        #expect(targets.allSatisfy { !$0.hasPrefix("socket:") && !$0.hasPrefix(directory.path) }, "\(targets)")
    }
}
