import Engine
import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Which images a run is validated and calibrated on.
    struct TrainOverlapTests {
        private let fixture: TrainFixture
        private let truth: String

        init() throws {
            fixture = try TrainFixture()
            truth = fixture.data.path("truth")
        }

        private func list(_ names: String...) throws -> String {
            try fixture.data.write(names.joined(separator: "\n") + "\n", names.joined(separator: "-") + ".txt")
        }

        @Test func imageThatIsTrainedOn_isRefused_unlessAllowed() throws {
            let options = [
                "--list", try list("p0", "p1", "p2"), "--validate", truth, "--validate-list", try list("p2", "p3"),
                "--epochs", "1",
            ]
            let refused = try pseudolabel(fixture.arguments(options))
            #expect(refused.status == 1 && refused.errors.contains("1 of 2 validation images are also trained on"))
            #expect(refused.errors.contains("p0-p1-p2.txt") && refused.errors.contains("--allow-overlap"))
            #expect(try fixture.out.files().isEmpty)

            let allowed = try pseudolabel(fixture.arguments(options + ["--allow-overlap"]))
            #expect(allowed.status == 0, "\(allowed.errors)")
            #expect(allowed.errors.contains("warning: 1 of 2 validation images are also trained on, such as p2"))
        }

        @Test func withoutAList_theMessageSaysHowToExclude() throws {
            let result = try fixture.train("--validate", truth, "--validate-list", try list("p3"))
            #expect(result.status == 1 && result.errors.contains("give --list"), "\(result.errors)")
        }

        @Test func validationImages_mayHaveAPlaceAndLabelsOfTheirOwn() throws {
            // Of the name of a training image, and another one.
            let shapes = Shapes(kinds: [1], number: 9)
            try fixture.data.write(
                PNGEncoder.rgb(RGBImage(width: shapes.width, height: shapes.height, pixels: shapes.pixels)),
                "other/p0.png")
            let mask = IndexMask(
                width: shapes.width, height: shapes.height, indices: shapes.mask.map { UInt16($0 > 0 ? 2 : 0) })
            try fixture.data.write(VOCPNG.encode(mask, classCount: 2), "other-truth/p0.png")
            let options = [
                "--validate", fixture.data.path("other-truth"), "--validate-list", try list("p0"), "--validate-images",
                fixture.data.path("other"), "--epochs", "1", "--validate-labels",
            ]
            let labels = try fixture.data.write("image,labels\np0.png,no 2\n", "other.csv")
            let result = try pseudolabel(fixture.arguments(options + [labels]))
            #expect(result.status == 0, "\(result.errors)")
            let wrong = try fixture.data.write("image,labels\np0.png,Brot\n", "wrong.csv")
            let refused = try pseudolabel(fixture.arguments(options + [wrong], out: "other"))
            #expect(refused.status == 1 && refused.errors.contains("validation images: 1 problem"))
            #expect(refused.errors.contains("p0: its label \"Brot\" is not among the classes"), "\(refused.errors)")
        }

        @Test func problems_areHeadedByTheSetTheyAreOf() throws {
            func errors(_ options: String...) throws -> String {
                try pseudolabel(fixture.arguments(options + ["--validate", truth])).errors
            }
            let (training, gone) = (try list("p0", "p1"), try list("gone"))
            #expect(try errors("--list", gone, "--validate-list", training).contains("training images: 2 problems"))
            #expect(try errors("--list", training, "--validate-list", gone).contains("validation images: 2 problems"))
            let validation = ["--list", training, "--validate-list", try list("p3")]
            let calibration = try pseudolabel(
                fixture.arguments(validation + ["--validate", truth, "--calibrate-list", gone])
            ).errors
            #expect(calibration.contains("calibration images: 2 problems"), "\(calibration)")
            let folder = try fixture.train("--images", "/nonexistent/images").errors
            #expect(folder.contains("training images: 1 problem\n  /nonexistent/images: does not exist"), "\(folder)")
        }

        @Test(arguments: ["--validate-images", "--validate-labels"])
        func placeWithoutAList_isRefused(_ option: String) throws {
            let result = try fixture.train(option, fixture.data.path("images"))
            #expect(result.status == 64 && result.errors.contains("\(option) needs --validate-list"))
        }
    }
}
