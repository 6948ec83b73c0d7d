import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// What of a network in training becomes the model.
    struct ExportedWeightsTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture() }

        @Test(arguments: Objective.Posterior.allCases)
        func parametersForTrainingAlone_areLeftOut(_ posterior: Objective.Posterior) throws {
            let trainer = try fixture.trainer(TrainingFixture.recipe(.seamISLFSL, posterior: posterior, epochs: 1))
            try trainer.run()
            let exported = try Safetensors(trainer.weights(), file: "weights")
            let backbone = try Safetensors(
                Data(contentsOf: URL(fileURLWithPath: TrainingFixture.backbone)), file: "backbone")
            #expect(Set(exported.entries.keys) == Set(backbone.entries.keys).subtracting(["fc.bias"]))
            #expect(exported.entries["fc.weight"]?.shape == [2, 1280, 1, 1])

            let model = try trainer.model()
            #expect(model.description.classes.count == 2 && model.description.classes == ["Käse", "no 2"])
            #expect(model.description.outputStride == 16)
        }

        /// The background's row is the first.
        @Test func classRows_areTheClassesOwn() throws {
            let recipe = TrainingFixture.recipe(posterior: .multinomial, epochs: 1)
            let trainer = try fixture.trainer(recipe)
            try trainer.run()
            let checkpoint = try fixture.checkpoint(trainer.checkpoint())
            let architecture = try #require(EfficientNetLite.named("efficientnet-lite0"))
            let layout = try ParameterSet(
                architecture.graph(outputStride: 16, classes: 3, bias: false), classLayer: "fc", seed: 1,
                from: Safetensors(
                    Data(contentsOf: URL(fileURLWithPath: TrainingFixture.backbone)), file: "backbone"))
            #expect(layout.count == checkpoint.state.values.count)
            let values = checkpoint.state.values.values(layout.count)
            let rows = values[layout["fc.weight"].range].dropFirst(1280)
            let exported = try Safetensors(trainer.weights(), file: "weights").floats("fc.weight")
            #expect(exported == Array(rows))
        }

        @Test func averagedWeights_areExportedInPlaceOfTheLast() throws {
            var recipe = TrainingFixture.recipe(epochs: 1)
            let last = try fixture.trainer(recipe)
            recipe.averageDecay = 0.5
            let averaged = try fixture.trainer(recipe)
            func classWeights(_ trainer: Trainer) throws -> [Float] {
                try Safetensors(trainer.weights(), file: "weights").floats("fc.weight")
            }
            let start = try classWeights(last)
            try last.run(to: 1)
            try averaged.run(to: 1)
            let expected = zip(start, try classWeights(last)).map { $0 + 0.5 * ($1 - $0) }
            #expect(largestDifference(try classWeights(averaged), expected) < 1e-6)
            #expect(expected != start)
        }

        /// With both factors at 0 the batch norms stay as the backbone has them; its statistics always do.
        @Test(arguments: [Float(0), 1])
        func batchNorms_learnOnlyWhereTheirFactorsAreNotZero(_ factor: Float) throws {
            var recipe = TrainingFixture.recipe(epochs: 1)
            (recipe.optimizer.biasFactor, recipe.optimizer.scaleFactor) = (factor, factor)
            let trainer = try fixture.trainer(recipe)
            let before = try Safetensors(trainer.weights(), file: "before")
            try trainer.run()
            let after = try Safetensors(trainer.weights(), file: "after")
            for (name, entry) in before.entries {
                let isStatistic = name.contains(".running_")
                let isNorm = entry.shape.count == 1
                let isSame = try before.floats(name) == after.floats(name)
                #expect(isSame == (isStatistic || (isNorm && factor == 0)), "\(name)")
            }
        }
    }
}
