import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Runs whose network stops learning.
    struct TrainRecoveryTests {
        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture() }

        @Test func runThatCannotLearn_goesBackTwiceAndEndsWithAdvice() throws {
            let result = try fixture.train("--lr", "1e12", "--epochs", "3")
            #expect(result.status == 1 && !fixture.out.exists("model.safetensors"), "\(result.errors)")
            for part in ["Back to step 0", "went back 2 times", "--lr", "--warm-up"] {
                #expect(result.errors.contains(part), "\(result.errors)")
            }
            #expect(fixture.out.exists("model.safetensors.checkpoint") && fixture.out.exists("model.safetensors.svg"))

            let events = try fixture.log().filter { $0["event"] != nil }
            #expect(events.map { $0["event"] as? String } == ["recovery", "recovery"])
            #expect(events.map { $0["back"] as? Int } == [0, 0])
            let factors = events.compactMap { $0["rate_factor"] as? Double }
            #expect(factors.count == 2 && abs(factors[0] - 1.0 / 3) < 1e-6 && abs(factors[1] - 1.0 / 9) < 1e-6)
            // The rate of the log is the one that was used.
            let rates = try fixture.log().filter { $0["step"] as? Int == 1 && $0["event"] == nil }
                .compactMap { $0["learning_rate"] as? Double }
            #expect(rates.count == 3 && rates[1] < rates[0] / 2 && rates[2] < rates[1] / 2, "\(rates)")
        }

        @Test func deadRun_doesNotComeAliveByBeingResumed() throws {
            #expect(try fixture.train("--lr", "1e12", "--epochs", "3").status == 1)
            let again = try fixture.train(
                "--lr", "1e12", "--epochs", "3", "--resume", fixture.out.path("model.safetensors.checkpoint"))
            #expect(again.status == 1 && again.errors.contains("went back 2 times"), "\(again.errors)")
        }

        @Test func boundedSteps_areCountedInProgressAndLog() throws {
            let result = try fixture.train("--clip-norm", "1e-6")
            #expect(result.status == 0 && result.errors.contains("4 steps clipped"), "\(result.errors)")
            #expect(try fixture.log().compactMap { $0["clipped"] as? Bool } == [true, true, true, true])
            let svg = String(decoding: try fixture.out.data("model.safetensors.svg"), as: UTF8.self)
            #expect(faultOfXML(svg) == nil && svg.contains("steps whose gradient was bounded"))
        }

        @Test(arguments: [
            (["--clip-norm", "-1"], "--clip-norm"), (["--warm-up", "-1"], "--warm-up"),
            (["--map-range", "nan"], "--map-range"),
        ])
        func impossibleBounds_areRefused(_ options: [String], _ part: String) throws {
            let result = try pseudolabel(fixture.arguments(options))
            #expect(result.status == 64 && result.errors.contains(part), "\(result.errors)")
        }
    }
}
