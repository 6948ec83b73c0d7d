import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// Training of a network that is no EfficientNet-Lite.
    struct OtherArchitectureTests {
        private let fixture: TrainingFixture
        private let backbone: String

        /// A narrow ResNet's random weights, under torchvision's names behind a wrapper's.
        init() throws {
            fixture = try TrainingFixture()
            backbone = "\(fixture.folder.path)/resnet18.safetensors"
            let graph = try #require(Architectures.named("resnet18")).graph(outputStride: 32, classes: 1, bias: false)
            let file = try RandomParameters(graph).file()
            var writer = SafetensorsWriter()
            writer.metadata = [
                "architecture": "resnet18",
                "normalisation": #"{"mean": [120, 121, 122], "deviation": [60, 61, 62]}"#,
            ]
            for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("fc.") {
                writer.append("module.\(name)", shape: entry.shape, values: try file.floats(name), as: .float32)
            }
            try writer.encoded().write(to: URL(fileURLWithPath: backbone))
        }

        @Test(arguments: [Objective.Method.islFSL, .seamISLFSL])
        func resNet_learnsAndGoesOnAsIfNeverStopped(_ method: Objective.Method) throws {
            var recipe = TrainingFixture.recipe(method)
            recipe.optimizer.learningRate = 1e-3
            let trainer = try fixture.trainer(recipe, backbone: backbone)
            #expect(trainer.architecture == "resnet18")
            #expect(trainer.normalisation.mean == [120, 121, 122])
            try trainer.run(to: 2)
            let checkpoint = try fixture.checkpoint(trainer.checkpoint())
            try trainer.run(to: 4)
            let resumed = try fixture.trainer(recipe, resuming: checkpoint, backbone: backbone)
            try resumed.run(to: 4)
            #expect(try trainer.weights() == resumed.weights())

            let model = try trainer.model()
            #expect(model.description.architecture == "resnet18" && model.description.normalisation.mean[0] == 120)
            let start = try Safetensors(Data(contentsOf: URL(fileURLWithPath: backbone)), file: "backbone")
            let end = try Safetensors(trainer.weights(), file: "weights")
            #expect(try end.floats("layer3.0.conv1.weight") != start.floats("module.layer3.0.conv1.weight"))
            #expect(end.entries["fc.weight"]?.shape == [2, 512, 1, 1])
        }

        @Test func frozenBackbone_staysAsItIsWhileTheClassLayerLearns() throws {
            var recipe = TrainingFixture.recipe()
            recipe.optimizer.backboneFactor = 0
            (recipe.optimizer.biasFactor, recipe.optimizer.scaleFactor) = (2, 1)
            let trainer = try fixture.trainer(recipe, backbone: backbone)
            try trainer.run(to: 2)
            let start = try Safetensors(Data(contentsOf: URL(fileURLWithPath: backbone)), file: "backbone")
            let end = try Safetensors(trainer.weights(), file: "weights")
            for name in end.entries.keys where name != "fc.weight" {
                #expect(try end.floats(name) == start.floats("module.\(name)"), "\(name)")
            }
            #expect(try end.floats("fc.weight").contains { $0 != 0 })
            var learning = recipe
            learning.optimizer.backboneFactor = 1
            let other = try fixture.trainer(learning, backbone: backbone)
            #expect(trainer.bufferBytes < other.bufferBytes)
        }

        /// The same file, of which two architectures can be made.
        @Test func checkpointOfOtherParameters_isRefusedNamingTheFirst() throws {
            let trainer = try fixture.trainer(TrainingFixture.recipe(), backbone: backbone)
            let file = try Safetensors(trainer.checkpoint(), file: "checkpoint")
            var writer = SafetensorsWriter()
            writer.metadata = file.metadata
            writer.metadata["parameters"] = file.metadata["parameters"]?.replacing("layer1.0.bn1", with: "layer1.0.bn7")
            for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
                writer.append(name, shape: entry.shape, values: try file.floats(name), as: .float32)
            }
            let checkpoint = try fixture.checkpoint(writer.encoded())
            let error = try #require(throws: (any Error).self) {
                _ = try fixture.trainer(TrainingFixture.recipe(), resuming: checkpoint, backbone: backbone)
            }
            #expect("\(error)".contains("layer1.0.bn7"), "\(error)")
        }
    }
}
