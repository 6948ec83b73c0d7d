import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// Runs that can't begin or go on: each says why.
    struct TrainerRefusalTests {
        private let fixture: TrainingFixture
        private let recipe = TrainingFixture.recipe()

        init() throws { fixture = try TrainingFixture() }

        private func message(_ body: () throws -> Void) throws -> String {
            let error = try #require(throws: (any Error).self, performing: body)
            return "\(error)"
        }

        @Test func checkpointOfAnotherRun_isRefusedSayingWhatDiffers() throws {
            let trainer = try fixture.trainer(recipe)
            try trainer.run(to: 1)
            let checkpoint = try fixture.checkpoint(trainer.checkpoint())

            var faster = recipe
            faster.optimizer.learningRate = 0.02
            faster.epochs = 3
            let otherRecipe = try message { _ = try fixture.trainer(faster, resuming: checkpoint) }
            #expect(otherRecipe.contains("recipe"))
            #expect(otherRecipe.contains("learningRate") && otherRecipe.contains("epochs"), "\(otherRecipe)")
            #expect(!otherRecipe.contains("momentum"))

            let labels = fixture.set.examples.map { "\($0.name),no 2;Käse" }.joined(separator: "\n")
            let set = try TrainingSet(
                images: fixture.folder.path, labels: LabelsFile(text: "image,labels\n" + labels, path: "labels.csv"),
                threads: 1)
            #expect(try message { _ = try fixture.trainer(recipe, resuming: checkpoint, set: set) }.contains("labels"))

            try fixture.folder.write(trainer.weights(), "other.safetensors")
            let otherBackbone = try message {
                _ = try fixture.trainer(
                    recipe, resuming: checkpoint, backbone: "\(fixture.folder.path)/other.safetensors",
                    architecture: "efficientnet-lite0")
            }
            #expect(otherBackbone.contains("backbone"))
        }

        @Test func backbone_isRefusedNamingFileAndFault() throws {
            let weights = "\(fixture.folder.path)/weights.safetensors"
            try fixture.trainer(recipe).weights().write(to: URL(fileURLWithPath: weights))
            let unnamed = try message { _ = try fixture.trainer(recipe, backbone: weights) }
            #expect(unnamed.contains(weights) && unnamed.contains("--architecture"))
            let other = try message {
                _ = try fixture.trainer(recipe, backbone: weights, architecture: "efficientnet-lite2")
            }
            #expect(other.contains(weights) && other.contains("tensor"))
            let unknown = try message { _ = try fixture.trainer(recipe, architecture: "vgg16") }
            #expect(unknown.contains("vgg16") && unknown.contains("efficientnet-lite0"))
            let missing = try message { _ = try fixture.trainer(recipe, backbone: "/nonexistent/b") }
            #expect(missing.contains("/nonexistent/b"))
        }

        @Test func damagedCheckpoint_isRefusedNamingTheFile() throws {
            let model = try message { _ = try Checkpoint(contentsOf: TrainingFixture.backbone) }
            #expect(model.contains("no checkpoint"))
            #expect(try message { _ = try Checkpoint(contentsOf: "/nonexistent/c") }.contains("/nonexistent/c"))

            let trainer = try fixture.trainer(recipe)
            let metadata = try Safetensors(fixture.trainer(recipe).checkpoint(), file: "c").metadata
            func changed(
                _ changes: [String: String?] = [:], _ replaced: String = "", _ values: [Float]? = nil, count: Int = 8
            ) throws -> Data {
                var writer = SafetensorsWriter()
                writer.metadata = metadata
                for (key, value) in changes { writer.metadata[key] = value }
                for name in ["values", "velocity", "average"] where name != replaced || values != nil {
                    let floats = name == replaced ? values ?? [] : [Float](repeating: 1, count: count)
                    writer.append(name, shape: [floats.count], values: floats, as: .float32)
                }
                return try writer.encoded()
            }
            let whole = try changed()
            #expect(try fixture.checkpoint(whole).step == 0)
            for damaged in [whole.prefix(5), whole.prefix(100), whole.dropLast(), whole + [0]] {
                #expect(try message { _ = try fixture.checkpoint(Data(damaged)) }.contains("run.checkpoint"))
            }
            let later = try #require(metadata["state"]?.replacingOccurrences(of: "\"step\":0", with: "\"step\":5"))
            let earlier = later.replacingOccurrences(of: "\"step\":5", with: "\"step\":-1")
            for (bytes, part) in [
                (try changed([:], "velocity"), "velocity"), (try changed([:], "average", [1, 2]), "differ in size"),
                (try changed([:], "values", [Float](repeating: .nan, count: 8)), "NaN"),
                (try changed(["recipe": "{}"]), "recipe"), (try changed(["state": earlier]), "below zero"),
                (
                    try changed(["recoveries": #"[{"noticed":3,"back":2,"rateFactor":-1,"reason":""}]"#]),
                    "no run can have"
                ),
                (
                    try changed([
                        "state": metadata["state"]?.replacingOccurrences(
                            of: "\"leftInARow\":0", with: "\"leftInARow\":9223372036854775807")
                    ]), "no run can have"
                ),
                (try changed(["state": nil]), "no checkpoint"), (try changed(["recoveries": "x"]), "recoveries"),
                (try changed(["good": metadata["state"]]), "good.values"),
                (try changed(["data": nil]), "no checkpoint"),
            ] {
                let text = try message { _ = try fixture.checkpoint(bytes) }
                #expect(text.contains("run.checkpoint") && text.contains(part), "\(text)")
            }
            // Well-formed, but of no run of this recipe.
            let small = try fixture.checkpoint(whole)
            #expect(try message { _ = try fixture.trainer(recipe, resuming: small) }.contains("architecture"))
            let count = try fixture.checkpoint(trainer.checkpoint()).state.values.count
            let beyond = try fixture.checkpoint(changed(["state": later], count: count))
            #expect(try message { _ = try fixture.trainer(recipe, resuming: beyond) }.contains("step 5 of 4"))
        }

        @Test(arguments: [Float(1e12), 1e38])
        func divergingRun_stopsNamingStepAndRate(_ rate: Float) throws {
            var recipe = recipe
            recipe.optimizer.learningRate = rate
            let trainer = try fixture.trainer(recipe)
            let text = try message { try trainer.run() }
            #expect(text.hasPrefix("step ") && text.contains("--lr"), "\(text)")
            #expect(trainer.step == 0)
            #expect(trainer.recoveries.count == 2)
        }

        @Test func pictureThatVanishes_isNamed() throws {
            let trainer = try fixture.trainer(recipe)
            for example in fixture.set.examples { try FileManager.default.removeItem(atPath: example.path) }
            let text = try message { try trainer.run() }
            #expect(text.contains(fixture.folder.path), "\(text)")
        }
    }
}
