import Engine
import Foundation
import Logging
import TestSupport
import Testing

@testable import Server

/// Processes that are no engine.
@Suite struct EngineStartTests {
    private func picture() throws -> PictureTask {
        PictureTask(
            bytes: try Picture.png.bytes, labels: nil,
            options: try LabelingOptions(model: RouteServer.model.get().description), priority: .interactive)
    }

    @Test(arguments: [
        ("/nonexistent/engine", [], "No such file"), ("/bin/false", [], "ended with status 1"),
        ("/bin/sh", ["-c", "kill -9 $$"], "ended by signal 9"), ("/bin/sh", ["-c", "exec yes"], "no answer"),
        (
            "/bin/sh",
            [
                "-c",
                #"printf '\103\0\0\0\0\0\0\0\0\0\0\0{"model_digest":"0","kernels":"","sandbox":{"holds":[],"lacks":[]}}'"#
                    + "; exec cat",
            ],
            "model"
        ),
    ]) func engineThatCannotBeStarted_isSaidToBeSo(_ executable: String, _ arguments: [String], _ reason: String)
        throws
    {
        let engine = EngineProcess(
            executable: executable, arguments: arguments, modelDigest: "1", pictureTimeout: .seconds(60),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { engine.close() }
        let picture = try picture()
        let error = #expect(throws: EngineFailure.self) { try engine.label(picture) { true } }
        guard case .unavailable(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(reason))
        #expect(engine.unavailability == text)
    }

    @Test func closed_engineInterruptsWhatComes() throws {
        let engine = EngineProcess(
            executable: "/bin/cat", arguments: [], modelDigest: "1", pictureTimeout: .seconds(60),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        engine.close()
        let picture = try picture()
        #expect(throws: EngineFailure.interrupted) { try engine.label(picture) { true } }
    }

    @Test func cancelled_whileTheEngineStarts_isOver() throws {
        let engine = EngineProcess(
            executable: "/bin/cat", arguments: [], modelDigest: "1", pictureTimeout: .seconds(60),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { engine.close() }
        let picture = try picture()
        #expect(throws: EngineFailure.cancelled) { try engine.label(picture) { false } }
    }
}
