import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

struct TrainingLogTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func step(_ number: Int, loss: Float = 1, applied: Bool = true) -> TrainingLog.Step {
        TrainingLog.Step(
            step: number, epoch: (number + 1) / 2, loss: loss, terms: Objective.Weights(.gap), gradientNorm: loss,
            clipped: false, applied: applied, chance: 0.3, logitSpread: nil, learningRate: 1, imagesPerSecond: 1)
    }

    private func log(resumesAt step: Int = 0, recoveries: Int = 0) throws -> TrainingLog {
        try TrainingLog(
            directory.path("log"), resumesAt: step, epochs: step / 2, recoveries: recoveries)
    }

    /// A run that went back from step 5 to step 2, and on to step 4.
    private func recovered() throws -> TrainingLog {
        let log = try log()
        for number in 1...5 { try log.append(step(number, applied: number != 5)) }
        let recovery = try JSONDecoder().decode(
            Recovery.self, from: Data(#"{"noticed": 5, "back": 2, "rateFactor": 0.5, "reason": "failed"}"#.utf8))
        try log.append(TrainingLog.Event(recovery, epoch: 1))
        for number in 3...4 { try log.append(step(number)) }
        return log
    }

    @Test func stepWithoutFiniteNumbers_isLoggedAndReadAgain() throws {
        let log = try log()
        try log.append(step(1, loss: .nan, applied: false))
        try log.append(step(2, loss: .infinity, applied: false))
        let text = String(decoding: try directory.data("log"), as: UTF8.self)
        #expect(text.contains(#""loss":"nan""#) && text.contains(#""loss":"inf""#), "\(text)")
        let again = try self.log(resumesAt: 2)
        #expect(again.logged.all.map(\.loss.isNaN) == [true, false] && again.logged.leftOut == 2)
    }

    @Test func stepsThatWereGoneBackOver_areInTheFileAlone() throws {
        let log = try recovered()
        #expect(log.logged.all.map(\.step) == [1, 2, 3, 4])
        #expect(log.logged.leftOut == 0 && log.recoveries.count == 1)
        let lines = try directory.data("log").split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 8)
    }

    @Test func resumedLog_isWhatTheUnbrokenOneWas() throws {
        let whole = try recovered()
        let bytes = try directory.data("log")
        // Steps after the checkpoint are logged again; what came before the way back stays.
        let resumed = try log(resumesAt: 3, recoveries: 1)
        #expect(resumed.logged.all.map(\.step) == [1, 2, 3])
        try resumed.append(step(4))
        #expect(try directory.data("log") == bytes)
        #expect(resumed.logged.all.map(\.step) == whole.logged.all.map(\.step))
        // A checkpoint from before the way back knows nothing of it.
        let earlier = try log(resumesAt: 2, recoveries: 0)
        #expect(earlier.logged.all.map(\.step) == [1, 2] && earlier.recoveries.isEmpty)
    }
}
