import Engine
import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Runs that cannot begin: each says why, fails, and writes nothing.
    struct TrainRefusalTests {
        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture() }

        private func refusal(_ result: CommandResult) throws -> String {
            #expect(result.status != 0 && result.status != nil)
            #expect(try fixture.out.files().isEmpty)
            return result.errors
        }

        @Test func labelsFile_isRefusedWithAllItsProblems() throws {
            try fixture.data.write("image,labels\np0.png,Käse;\np1.png,Käse\np1.jpg,Käse\np2.png\n", "labels.csv")
            let message = try refusal(fixture.train())
            #expect(message.contains("3 problems"), "\(message)")
            for (line, what) in [(2, "empty label"), (4, "there already"), (5, "label")] {
                #expect(message.split(separator: "\n").contains { $0.contains("line \(line):") && $0.contains(what) })
            }
        }

        @Test func pictures_areRefusedWithAllTheirProblems() throws {
            try fixture.data.write(Data(try Picture.jpeg.bytes.prefix(900)), "images/cut.jpg")
            try fixture.data.write(
                "image,labels\np0.png,Käse\np1.png,Brot\nmissing.png,Käse\ncut.jpg,Käse\n", "labels.csv")
            let classes = try fixture.data.write("Käse\nno 2\n", "classes.txt")
            let list = try fixture.data.write("p0\np0.png\np1\np2\nmissing\ncut\n", "list.txt")
            let message = try refusal(fixture.train("--classes", classes, "--list", list))
            for part in [
                "p0.png: is listed twice", "p1: its label \"Brot\"", "p2: the labels file has no line",
                "missing: no file",
                "cut.jpg: ",
            ] {
                #expect(message.contains(part), "\(part) in \(message)")
            }
            #expect(message.contains("5 problems"))
        }

        @Test func labelsAndPictures_areRefusedTogether() throws {
            try fixture.data.write(Data(try Picture.jpeg.bytes.prefix(900)), "images/cut.jpg")
            try fixture.data.write(
                "image,labels\np0.png,Käse;\np1.png,Käse\np1.png,Käse\nmissing.png,Käse\ncut.jpg,Käse\n", "labels.csv")
            let message = try refusal(fixture.train())
            for part in [
                "line 2: p0.png has an empty label", "line 4: p1.png is there already", "missing.png: no file",
                "cut.jpg: ", "4 problems",
            ] {
                #expect(message.contains(part), "\(part) in \(message)")
            }
        }

        @Test func classesThatAFormatCannotHold_areRefused() throws {
            try fixture.data.write("image,labels\np0.png,a:b\np1.png,Background\np2.png,Kase\n", "labels.csv")
            let message = try refusal(fixture.train())
            #expect(
                message.contains("\"a:b\" holds a colon") && message.contains("\"Background\" is the name of index 0"))
            let classes = try fixture.data.write("background\nsalt, pepper\nKASE\n", "classes.txt")
            let listed = try refusal(fixture.train("--classes", classes))
            for part in ["number 1, \"background\"", "number 2, \"salt, pepper\" holds a comma", "did you mean KASE?"] {
                #expect(listed.contains(part), "\(listed)")
            }
        }

        @Test func groundTruth_isRefusedBeforeTraining() throws {
            let truth = fixture.data.path("truth")
            try FileManager.default.removeItem(atPath: truth + "/p0.png")
            try fixture.data.write(
                VOCPNG.encode(IndexMask(width: 3, height: 3, indices: [UInt16](repeating: 0, count: 9)), classCount: 2),
                "truth/p1.png")
            let list = try fixture.data.write("p0\np1\np2\n", "val.txt")
            let message = try refusal(
                fixture.train(
                    "--validate", truth, "--validate-list", list, "--allow-overlap"))
            #expect(message.contains("2 problems") && message.contains("p0.png") && message.contains("3 x 3"))
        }

        @Test(arguments: [
            ("--epochs", "0"), ("--epochs", "many"), ("--batch", "0"), ("--crop", "31"), ("--crop", "2000"),
            ("--lr", "0"), ("--lr", "nan"), ("--lr", "inf"), ("--weight-decay", "-1"), ("--momentum", "1"),
            ("--new-layer-factor", "0"), ("--bias-factor", "-1"), ("--bias-factor", "inf"), ("--gain-factor", "nan"),
            ("--dropout", "1"), ("--average", "1"), ("--jitter", "4"), ("--output-stride", "12"), ("--seed", "-1"),
            ("--long-side", "64"), ("--long-side", "90-60"), ("--long-side", "0-60"), ("--method", "cam"),
            ("--posterior", "softmax"), ("--samples", "0"), ("--fsl-mu", "nan"), ("--fsl-sigma", "-1"),
            ("--loss-weights", "isl"), ("--loss-weights", "isl=-1"), ("--loss-weights", "x=1"),
            ("--loss-weights", "teacher=1"), ("--self-rounds", "11"), ("--self-epochs", "0"), ("--self-weight", "-1"),
            ("--self-shift", "nan"), ("--self-background", "2"), ("--self-rate-factor", "0"), ("--threads", "0"),
            ("--validate-every", "-1"), ("--validate-scales", "0"), ("--validate-scales", "100"),
            ("--validate-scales", "1,1"), ("--validate-scales", "x"), ("--calibrate-list", "/nonexistent/list"),
            ("--validate", "/nonexistent/truth"), ("--out", "/tmp"), ("--out", "/nonexistent/model"),
            ("--backbone", "/nonexistent/backbone"), ("--images", "/nonexistent/images"),
            ("--labels", "/nonexistent/labels"), ("--list", "/nonexistent/list"), ("--classes", "/nonexistent/classes"),
            ("--architecture", "resnet"), ("--holdout", "-0.1"), ("--holdout", "0.6"), ("--holdout", "nan"),
            ("--holdout-list", "/nonexistent/list"),
        ])
        func invalidOption_isNamed(_ option: String, _ value: String) throws {
            let message = try refusal(fixture.train("\(option)=\(value)"))
            // Files are named by their paths.
            let name =
                value.hasPrefix("/nonexistent") && !["--validate", "--calibrate-list"].contains(option)
                ? value : String(option.dropFirst(2))
            #expect(message.contains(name), "\(message)")
        }

        @Test func divergingRun_writesNoModel() throws {
            let result = try fixture.train("--lr", "1e38")
            #expect(result.status == 1 && result.errors.contains("step 1") && result.errors.contains("--lr"))
            #expect(!fixture.out.exists("model.safetensors"))
        }
    }
}
