import Engine
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Server

/// What clients get when the engine fails.
@Suite struct EngineFailureTests {
    /// Fails as it is told, then labels.
    private final class FailingEngine: LabelingEngine {
        private let failures: Mutex<[EngineFailure]>
        let isolated = Mutex<[Bool]>([])
        private let engine: InProcessEngine
        let unavailability: String?

        init(_ failures: [EngineFailure], unavailability: String? = nil) throws {
            self.failures = Mutex(failures)
            self.unavailability = unavailability
            engine = InProcessEngine(Pipeline(model: try RouteServer.model.get(), threads: 1))
        }

        func fail(_ next: [EngineFailure]) { failures.withLock { $0 = next } }

        func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling {
            isolated.withLock { $0.append(picture.isolated) }
            if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
            return try engine.label(picture, until: isWanted)
        }

        func score(_ task: ScoreTask) throws -> ImageScore {
            isolated.withLock { $0.append(task.isolated) }
            if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
            return try engine.score(task)
        }

        func overlay(_ task: OverlayTask) throws -> Data {
            isolated.withLock { $0.append(task.isolated) }
            if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
            return try engine.overlay(task)
        }
    }

    private static let death = EngineFailure.died("ended by signal 11")

    @Test func pictureThatTheEngineDiedOfTwice_isTriedAlone_andAnswered() throws {
        let engine = try FailingEngine([Self.death, Self.death])
        #expect(try RouteServer.make(engine: engine).client().postMask().status == 200)
        #expect(engine.isolated.withLock { $0 } == [false, true, true])
    }

    @Test func pictureThatTheEngineDiedOfThreeTimes_isRefused_andTheNextIsAnswered() throws {
        let engine = try FailingEngine([Self.death, Self.death, Self.death])
        let client = try RouteServer.make(engine: engine).client()
        let answer = try client.postMask()
        #expect(answer.status == 422)
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields == ["image"] && problem.detail.contains("ended by signal 11"))
        #expect(try client.postMask(.png).status == 200)
    }

    @Test func groundTruth_isTriedAlone_andAfterThreeDeathsRefused() throws {
        let engine = try FailingEngine([])
        let client = try RouteServer.make(engine: engine).client()
        let mask: MaskAnswer = try client.postMask().document()
        engine.fail([Self.death, Self.death])
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 1), of: mask.id).status == 201)
        #expect(engine.isolated.withLock { $0 } == [false, false, true, true])
        engine.fail([Self.death, Self.death, Self.death])
        let answer = try client.putGroundTruth(TruthFixture.png(seed: 2), of: mask.id)
        #expect(answer.status == 422 && answer.text.contains("ended by signal 11"))
        engine.fail([.unavailable("/secret/path is missing")])
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 2), of: mask.id).status == 503)
        // What was stored stays.
        let stored: GroundTruthAnswer = try client.get(mask.links.groundTruth).document()
        #expect(stored.sha256 == sha256(TruthFixture.png(seed: 1)))
    }

    @Test func overlay_isTriedAlone_andAfterThreeDeathsRefused_andDrawnTheNextTime() throws {
        let engine = try FailingEngine([])
        let client = try RouteServer.make(engine: engine).client()
        let mask: MaskAnswer = try client.postMask().document()
        engine.fail([Self.death, Self.death, Self.death])
        let answer = try client.get(mask.links.overlay)
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 422 && problem.detail.contains("ended by signal 11"))
        #expect(engine.isolated.withLock { $0 } == [false, false, true, true])
        engine.fail([.hung(seconds: 7)])
        #expect(try client.get(mask.links.overlay).status == 422)
        engine.fail([.unavailable("/secret/path is missing")])
        let unavailable = try client.get(mask.links.overlay)
        #expect(unavailable.status == 503 && !unavailable.text.contains("secret"))
        engine.fail([Self.death])
        #expect(try client.get(mask.links.overlay).status == 200)
    }

    @Test func pictureThatHangs_isRefused() throws {
        let engine = try FailingEngine([.hung(seconds: 7)])
        let answer = try RouteServer.make(engine: engine).client().postMask()
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 422 && problem.fields == ["image"] && problem.detail.contains("7 s"))
    }

    @Test(arguments: [EngineFailure.unavailable("/secret/path is missing"), .interrupted])
    func engineThatCannotWork_isToBeTriedAgain(_ failure: EngineFailure) throws {
        let engine = try FailingEngine([failure])
        let client = try RouteServer.make(engine: engine).client()
        let answer = try client.postMask()
        #expect(answer.status == 503 && Int(answer.field("Retry-After") ?? "") ?? 0 > 0)
        #expect(!answer.text.contains("secret"))
        #expect(try client.postMask().status == 200)
    }

    @Test func engineThatCannotBeStarted_isNotReady_andLives() throws {
        let client = try RouteServer.make(engine: try FailingEngine([], unavailability: "/secret/path")).client()
        let answer = try client.get("/readyz")
        #expect(answer.status == 503 && answer.field("Retry-After") != nil && !answer.text.contains("secret"))
        #expect(try client.get("/healthz").status == 200)
    }

    @Test func inProcess_cancelledIsNotLabelled() throws {
        let model = try RouteServer.model.get()
        let picture = PictureTask(
            bytes: try Picture.png.bytes, labels: nil, options: try LabelingOptions(model: model.description),
            priority: .background)
        let engine = InProcessEngine(Pipeline(model: model, threads: 1))
        #expect(throws: EngineFailure.cancelled) { try engine.label(picture) { false } }
    }
}
