import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct ImportModelTests {
    private let directory: TemporaryDirectory
    private let checkpoint: String

    /// A ResNet-18 of two classes under the names of timm in a wrapper, with weights that keep values in range.
    init() throws {
        directory = try TemporaryDirectory()
        let graph = try #require(Architectures.named("resnet18")).graph(outputStride: 32, classes: 2, bias: true)
        var random = SeededRandom(seed: 5)
        var writer = SafetensorsWriter()
        for entry in ParameterTable(graph).entries {
            let width = entry.role == .weight ? (4 * Float(entry.shape[0]) / Float(entry.count)).squareRoot() : 0.1
            let middle: Float = entry.role == .gain || entry.role == .variance ? 1 : 0
            let values = (0..<entry.count).map { _ in middle + width * Float.random(in: -1...1, using: &random) }
            writer.append("model.\(entry.name)", shape: entry.shape, values: values, as: .float16)
        }
        checkpoint = try directory.write(try writer.encoded(), "resnet.safetensors")
    }

    private func importModel(_ architecture: String, classes: String) throws -> CommandResult {
        try pseudolabel(
            "import-model", checkpoint, "--architecture", architecture, "--classes",
            directory.write(classes, "classes.txt"), "--out", directory.path("model.safetensors"))
    }

    @Test func importedModel_isListedAndLabels() throws {
        let result = try importModel("resnet18", classes: "background\ncat\ndog\n")
        #expect(result.status == 0 && result.errors.contains("2 classes"), "\(result.errors)")
        let model = directory.path("model.safetensors")
        let listing = try pseudolabel("models", "--model", model)
        #expect(listing.output.contains("resnet18, output stride 16, 2 classes"), "\(listing.output)")
        #expect(listing.output.contains("parameters  11187138"), "\(listing.output)")
        let run = try LabelRunFixture()
        let labelled = try run.label("--labels", "dog", "--model", model, images: [Picture.png.path])
        #expect(labelled.status == 0, "\(labelled.errors)")
        #expect(try Set(run.mask("cat").indices).isSubset(of: [0, 2]))
    }

    @Test func otherArchitectureAndOtherClasses_areRefused() throws {
        for (architecture, classes, reason) in [
            ("resnet50", "cat\ndog\n", "it is of resnet18"), ("resnet18", "cat\n", "has 2 rows, and 1 classes"),
            ("resnet18", "cat\ncat\n", "same name"), ("alexnet", "cat\ndog\n", "known are efficientnet-lite0"),
        ] {
            let result = try importModel(architecture, classes: classes)
            #expect(result.status != 0 && result.errors.contains(reason), "\(result.errors)")
            #expect(!directory.exists("model.safetensors"))
        }
    }
}
