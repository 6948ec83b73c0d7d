import Engine
import Foundation
import TestSupport
import Testing

/// Whether this process may mount a small disk.
private let mayMount = (try? SmallDisk(megabytes: 1)) != nil

extension TrainCommand {
    @Suite(.enabled(if: mayMount, "needs root, to mount a small disk"))
    struct TrainDiskTests {
        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture() }

        private func disk(megabytes: Int) throws -> (SmallDisk, directory: String) {
            let disk = try #require(try SmallDisk(megabytes: megabytes))
            try FileManager.default.createDirectory(atPath: disk.data, withIntermediateDirectories: true)
            return (disk, disk.data)
        }

        @Test func tooLittleSpace_isToldBeforeTheDataIsRead() throws {
            let (disk, directory) = try disk(megabytes: 16)
            defer { withExtendedLifetime(disk) {} }
            let result = try pseudolabel(
                fixture.arguments(["--out", directory + "/model", "--images", "/nonexistent"]))
            #expect(result.status == 64 && result.errors.contains("has 16 MiB free"), "\(result.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }

        @Test func diskThatFillsUp_keepsTheLastCheckpoint_andTheRunGoesOn() throws {
            let (disk, directory) = try disk(megabytes: 160)
            let options = [
                "--out", directory + "/model", "--epochs", "400", "--list",
                try fixture.data.write("p0\np1\n", "train.txt"), "--validate", fixture.data.path("truth"),
                "--validate-list", try fixture.data.write("p3\n", "val.txt"),
            ]
            let process = try RunningProcess([try Binary.path()] + fixture.arguments(options))
            _ = try #require(process.errors.line(with: "after epoch 2:"), "\(process.errors.text)")
            disk.fill()
            #expect(try process.wait() == .exited(1))
            let message = process.errors.text
            #expect(message.contains("can't be written: no space is left on its disk"), "\(message)")
            #expect(message.contains("the last checkpoint is kept") && message.contains("--resume"), "\(message)")
            // No half of a file either.
            let known: Set = ["model.checkpoint", "model.log.jsonl", "model.svg"]
            #expect(Set(try FileManager.default.contentsOfDirectory(atPath: directory)).isSubset(of: known))
            let step = try Checkpoint(contentsOf: directory + "/model.checkpoint").step
            #expect(step >= 1 && step < 400)

            disk.free()
            let resume = ["--resume", directory + "/model.checkpoint"]
            let resumed = try RunningProcess([try Binary.path()] + fixture.arguments(options + resume))
            _ = try #require(resumed.errors.line(with: "step \(step + 1)/400"), "\(resumed.errors.text)")
            resumed.send(SIGTERM)
            #expect(try resumed.wait() == .exited(143))
        }
    }
}
