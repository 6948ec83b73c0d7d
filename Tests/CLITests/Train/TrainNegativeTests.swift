import Engine
import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Images that the labels file says to have no class.
    struct TrainNegativeTests {
        private let fixture: TrainFixture

        init() throws {
            fixture = try TrainFixture()
            try fixture.data.write("image,labels\np0.png,Käse\np1.png,no 2\np2.png,\np3.png,\"\"\n", "labels.csv")
        }

        @Test func negatives_areTrainedOn_countedAndValidated() throws {
            let (list, others) = (
                try fixture.data.write("p0\np1\np2\n", "train.txt"), try fixture.data.write("p3\n", "val.txt")
            )
            let result = try fixture.train(
                "--list", list, "--validate", fixture.data.path("truth"), "--validate-list", others,
                "--self-rounds", "1", "--self-epochs", "1")
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("1 image has no class: negatives, or a slip in the labels file"))
            #expect(try fixture.log().filter { $0["is_final"] != nil }.count > 0)
        }

        @Test func negativesAlone_areRefused() throws {
            let result = try fixture.train("--list", try fixture.data.write("p2\np3\n", "train.txt"))
            #expect(result.status == 1 && result.errors.contains("nothing to learn"), "\(result.errors)")
            #expect(try fixture.out.files().isEmpty)
        }

        /// The labels file is read once, for all that needs it.
        @Test func labelsFromAStream_areThoseOfHeldOutAndValidationImagesToo() throws {
            let list = try fixture.data.write("p0\np1\n", "train.txt")
            let held = try fixture.data.write("p2\n", "held.txt")
            let others = try fixture.data.write("p3\n", "val.txt")
            let words = try fixture.arguments([
                "--list", list, "--holdout-list", held, "--validate", fixture.data.path("truth"), "--validate-list",
                others,
            ])
            let command = ([try Binary.path()] + words).map { "'\($0)'" }.joined(separator: " ")
                .replacingOccurrences(of: "'\(fixture.data.path("labels.csv"))'", with: "<(cat labels.csv)")
            let process = try RunningProcess(["/bin/bash", "-c", "cd '\(fixture.data.path)' && \(command)"])
            #expect(try process.wait() == .exited(0), "\(process.errors.text)")
            #expect(fixture.out.exists("model.safetensors"))
        }

        @Test func labelsPartedAtCommas_areTold() throws {
            try fixture.data.write("image,labels\np0.png,\"Käse, no 2\"\np1.png,no 2\np2.png,Käse\n", "labels.csv")
            let result = try fixture.train("--epochs", "1")
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                result.errors.contains("commas part the labels of 1 image, the first in line 2 (\"Käse\", \"no 2\")"))
        }
    }
}
