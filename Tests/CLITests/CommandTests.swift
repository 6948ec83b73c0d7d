import Engine
import Foundation
import TestSupport
import Testing

/// The commands beside `serve` and `label`.
@Suite struct CommandTests {
    @Test func help_namesTheCommands() throws {
        let result = try pseudolabel("--help")
        #expect(result.status == 0 && result.errors.isEmpty)
        for command in [
            "serve", "label", "evaluate", "batch", "models", "train", "import-model", "import-backbone", "bench",
            "pack-model",
        ] {
            #expect(result.output.contains("\n  \(command) "))
            let help = try pseudolabel(command, "--help")
            #expect(help.status == 0 && help.output.contains("USAGE: pseudolabel \(command)"))
        }
    }

    @Test func version_isThreeNumbers() throws {
        let result = try pseudolabel("--version")
        #expect(result.status == 0)
        #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(arguments: [
        ["fly"], ["label"], ["serve", "--colour"], ["models", "--model"], ["bench", "forward", "--height", "0"],
    ])
    func wrongUse_failsAndSaysHow(_ arguments: [String]) throws {
        let result = try pseudolabel(arguments)
        #expect(result.status == 64)
        #expect(result.output.isEmpty && result.errors.contains("Usage: pseudolabel"))
    }

    @Test func models_showsTheEmbeddedModel() throws {
        let model = try Model.embedded()
        let text = try pseudolabel("models")
        #expect(text.status == 0)
        #expect(text.output.contains(model.digest) && text.output.contains("aeroplane, bicycle"))

        struct Listing: Decodable {
            let name: String
            let digest: String
            let description: ModelDescription
        }
        let json = try pseudolabel("models", "--json")
        let listing = try JSONDecoder().decode(Listing.self, from: Data(json.output.utf8))
        #expect(listing.name == "default" && listing.digest == model.digest && listing.description == model.description)
    }

    @Test func modelsGraph_isATableOfOperations() throws {
        let result = try pseudolabel("models", "--graph", "--height", "64", "--width", "96")
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0 && lines.first?.hasPrefix("name ") == true)
        let stem = try #require(lines.first { $0.hasPrefix("_conv_stem ") })
        #expect(stem.contains("convolution 3x3 3-32 stride 2") && stem.contains("[32, 32, 48]"))
        #expect(stem.hasSuffix(" 864") && lines.last?.contains("maps: fc") == true, "\(stem)")
    }

    @Test func benchForward_printsSpreadAndConditions() throws {
        struct Report: Decodable {
            let model: String
            let architecture: String
            let outputStride: Int
            let height: Int
            let width: Int
            let threads: Int
            let kernels: String
            let repetitions: Int
            let milliseconds: [String: Double]
            let megabytes: Double
        }
        let arguments = ["bench", "forward", "--height", "70", "--width", "50", "--repetitions", "3", "--threads", "2"]
        let result = try pseudolabel(arguments + ["--json"])
        #expect(result.status == 0 && result.errors.isEmpty)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(result.output.utf8))
        #expect(report.model == "default" && report.architecture == "efficientnet-lite0")
        #expect(report.height == 70 && report.width == 50 && report.threads == 2 && report.repetitions == 3)
        #expect(report.outputStride == 16 && report.megabytes > 0 && !report.kernels.isEmpty)
        let spread = try ["minimum", "lower_quartile", "median", "upper_quartile", "maximum"].map {
            try #require(report.milliseconds[$0])
        }
        #expect(spread == spread.sorted() && spread[0] > 0)

        let text = try pseudolabel(arguments)
        #expect(text.output.contains("70 x 50, 2 threads") && text.output.contains("median"))
    }

    @Test func packModel_refusesAClassThatAFormatCannotHold() throws {
        let directory = try TemporaryDirectory()
        let models = Picture.repository.appendingPathComponent("Models")
        let text = String(decoding: try Data(contentsOf: models.appendingPathComponent("default.json")), as: UTF8.self)
        let description = try directory.write(
            text.replacingOccurrences(of: "\"cat\"", with: "\"cat:tabby\""), "description.json")
        let result = try pseudolabel(
            "pack-model", models.appendingPathComponent("default.safetensors").path, "--description", description,
            "--out", directory.path("packed.safetensors"))
        #expect(
            result.status != 0 && result.errors.contains("class 8, \"cat:tabby\" holds a colon"), "\(result.errors)")
        #expect(try directory.files() == ["description.json"])
    }

    @Test func packModel_makesAFileThatLabelsAlike() throws {
        let directory = try TemporaryDirectory()
        let models = Picture.repository.appendingPathComponent("Models")
        let packed = directory.path("packed.safetensors")
        let result = try pseudolabel(
            "pack-model", models.appendingPathComponent("default.safetensors").path,
            "--description", models.appendingPathComponent("default.json").path, "--out", packed)
        #expect(result.status == 0)
        let listing = try pseudolabel("models", "--model", packed)
        #expect(listing.status == 0 && listing.output.hasPrefix("packed.safetensors  efficientnet-lite0"))

        let run = try LabelRunFixture()
        #expect(try run.label("--labels", "cat", "--model", packed, images: [Picture.png.path]).status == 0)
        let embedded = try LabelRunFixture()
        #expect(try embedded.label("--labels", "cat", images: [Picture.png.path]).status == 0)
        #expect(try run.mask("cat") == embedded.mask("cat"))
        #expect(try run.results() == embedded.results())
    }

    @Test func packModel_refusesWhatIsNoModel() throws {
        let directory = try TemporaryDirectory()
        let models = Picture.repository.appendingPathComponent("Models")
        let weights = models.appendingPathComponent("default.safetensors").path
        let description = models.appendingPathComponent("default.json").path
        let garbage = try directory.write("{}", "garbage.json")
        for (weights, description, fault) in [
            (garbage, description, garbage), (weights, garbage, garbage),
            (directory.path("missing"), description, "missing"), (weights, directory.path("missing"), "missing"),
        ] {
            let result = try pseudolabel(
                "pack-model", weights, "--description", description, "--out", directory.path("out"))
            #expect(result.status != 0 && result.errors.contains(fault), "\(result.errors)")
            #expect(!directory.exists("out"))
        }
    }
}
