import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Where a run writes.
    struct TrainOutputTests {
        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture() }

        @Test(arguments: ["model.safetensors", "model.safetensors.checkpoint", "model.safetensors.log.jsonl"])
        func fileOfAnEarlierRun_isNotReplacedUnasked(_ name: String) throws {
            let path = try fixture.out.write("precious", name)
            // Before the data is looked at.
            let refused = try fixture.train("--images", "/nonexistent")
            #expect(refused.status == 64 && refused.errors.contains(path), "\(refused.errors)")
            #expect(refused.errors.contains("--overwrite") && refused.errors.contains("--resume"))
            #expect(try fixture.out.data(name) == Data("precious".utf8))

            let replaced = try fixture.train("--overwrite", "--epochs", "1")
            #expect(replaced.status == 0, "\(replaced.errors)")
            #expect(try fixture.out.data(name) != Data("precious".utf8))
        }

        @Test func overwrittenRun_leavesNoCheckpointThatIsNotItsOwn() throws {
            try fixture.out.write("precious", "model.safetensors.checkpoint")
            let diverging = try fixture.train("--overwrite", "--lr", "1e38")
            #expect(diverging.status == 1)
            #expect(try fixture.out.data("model.safetensors.checkpoint") != Data("precious".utf8))
        }

        @Test func missingDirectory_isNamedBeforeTheDataIsRead() throws {
            let missing = ["--out", fixture.out.path("none/model"), "--images", "/nonexistent"]
            let result = try pseudolabel(fixture.arguments(missing))
            #expect(result.status == 64 && result.errors.contains("none: does not exist"), "\(result.errors)")
            let file = ["--out", try fixture.out.write("x", "file") + "/model"]
            #expect(try pseudolabel(fixture.arguments(file)).errors.contains("is a file, not a directory"))
        }

        @Test func textThatIsNone_isNamedByItsFirstByte() throws {
            for (option, name) in [("--labels", "l.csv"), ("--list", "list"), ("--classes", "classes")] {
                let path = try fixture.data.write(Data([0x61, 0x0A, 0xE4, 0x0A]), name)
                let result = try fixture.train(option, path)
                #expect(result.status == 1 && result.errors.contains(path), "\(result.errors)")
                #expect(result.errors.contains("line 2 holds the byte 0xE4, at offset 2"), "\(result.errors)")
            }
        }
    }
}
