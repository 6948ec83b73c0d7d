import Foundation
import TestSupport
import Testing

extension TrainCommand {
    struct TrainResumeTests {
        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture() }

        /// A run of 40 steps that gets a signal after the first.
        /// - Returns: steps done.
        private func stop(by signal: Int32, _ options: [String]) throws -> Int {
            let process = try RunningProcess([try Binary.path()] + fixture.arguments(options, out: "stopped"))
            _ = try #require(process.errors.line(with: "step 1/40"), "\(process.errors.text)")
            process.send(signal)
            #expect(try process.wait() == .exited(128 + signal))
            #expect(process.errors.text.contains("--resume"), "\(process.errors.text)")
            #expect(fixture.out.exists("stopped.checkpoint") && !fixture.out.exists("stopped"))
            let steps = try fixture.log("stopped").count
            #expect((1..<40).contains(steps))
            return steps
        }

        @Test func interruptedRun_leavesACheckpoint() throws { _ = try stop(by: SIGINT, ["--epochs", "20"]) }

        /// A labels file that never comes keeps the run at reading.
        @Test(arguments: [SIGINT, SIGTERM]) func runStoppedWhileItReads_exitsAsOneThatIsStoppedLater(
            _ signal: Int32
        ) throws {
            let pipe = fixture.out.path("labels.fifo")
            #expect(mkfifo(pipe, 0o600) == 0)
            let process = try RunningProcess(
                [try Binary.path()] + fixture.arguments(["--labels", pipe], out: "stopped"))
            // Opening ends when the run has opened it too, so it is reading.
            let descriptor = open(pipe, O_WRONLY)
            defer { close(descriptor) }
            process.send(signal)
            #expect(try process.wait() == .exited(128 + signal))
            #expect(!fixture.out.exists("stopped.checkpoint"))
        }

        @Test func terminatedRun_goesOnToTheSameModel() throws {
            let options = ["--epochs", "20", "--average", "0.9"]
            let stopped = try stop(by: SIGTERM, options)

            let resume = ["--resume", fixture.out.path("stopped.checkpoint")]
            let resumed = try pseudolabel(fixture.arguments(options + resume, out: "stopped"))
            #expect(resumed.status == 0 && resumed.errors.contains("from step \(stopped)"), "\(resumed.errors)")
            #expect(try pseudolabel(fixture.arguments(options, out: "unbroken")).status == 0)
            #expect(try fixture.out.data("stopped") == fixture.out.data("unbroken"))
            #expect(try fixture.out.data("stopped.checkpoint") == fixture.out.data("unbroken.checkpoint"))

            // The log too, but for the speed.
            func steps(_ name: String) throws -> [NSDictionary] {
                try fixture.log(name).map { line in
                    NSDictionary(dictionary: line.filter { $0.key != "images_per_second" })
                }
            }
            #expect(try steps("stopped") == steps("unbroken"))
        }

        @Test func finishedRun_isResumedToTheSameModel() throws {
            #expect(try fixture.train().status == 0)
            let (model, log) = (try fixture.out.data("model.safetensors"), try fixture.log().count)
            let again = try fixture.train("--resume", fixture.out.path("model.safetensors.checkpoint"))
            #expect(again.status == 0, "\(again.errors)")
            #expect(try fixture.out.data("model.safetensors") == model)
            #expect(try fixture.log().count == log)
        }

        @Test func otherOptionsOrData_areRefusedAndLeaveTheFilesAlone() throws {
            #expect(try fixture.train().status == 0)
            let log = try fixture.out.data("model.safetensors.log.jsonl")
            let resume = ["--resume", fixture.out.path("model.safetensors.checkpoint")]
            for (options, part) in [
                (["--lr", "0.5"], "learningRate"), (["--epochs", "3"], "epochs"), (["--seed", "4"], "seed"),
                (["--list", try fixture.data.write("p1\np2\n", "list.txt")], "images"),
            ] {
                let result = try pseudolabel(fixture.arguments(resume + options))
                #expect(result.status == 1 && result.errors.contains(part), "\(result.errors)")
            }
            #expect(try fixture.out.data("model.safetensors.log.jsonl") == log)
            let threads = try pseudolabel(fixture.arguments(resume + ["--threads", "1"]))
            #expect(threads.status == 0 && threads.errors.contains("warning"), "\(threads.errors)")
        }

        @Test func checkpointThatIsNone_isNamed() throws {
            for path in [TrainFixture.backbone, "/nonexistent/c", fixture.data.path("labels.csv")] {
                let result = try fixture.train("--resume", path)
                #expect(result.status == 1 && result.errors.contains(path), "\(result.errors)")
            }
            #expect(try fixture.out.files().isEmpty)
        }
    }
}
