import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// A whole model as the backbone: its trunk is taken, its class layer is not.
    struct FineTuningTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture() }

        /// A model file as the command writes it, after a few steps.
        private func model() throws -> (path: String, weights: Safetensors) {
            let trainer = try fixture.trainer(TrainingFixture.recipe(.gap))
            try trainer.run()
            let weights = try trainer.weights()
            let path = "\(fixture.folder.path)/first.safetensors"
            try Model.pack(weights: weights, file: path, description: ModelDescription(trainer: trainer))
                .write(to: URL(fileURLWithPath: path))
            return (path, try Safetensors(weights, file: "weights"))
        }

        @Test(arguments: [["Käse", "no 2"], ["Käse", "no 2", "Apfel", "Brot"]])
        func trunkIsTaken_andTheClassLayerStartsAtZero(_ classes: [String]) throws {
            let (path, trained) = try model()
            #expect(try trained.floats("fc.weight").contains { $0 != 0 })
            let lines = fixture.set.examples.indices.map { "p\($0),\(classes[$0 % classes.count])" }
            let set = try TrainingSet(
                images: fixture.folder.path,
                labels: LabelsFile(text: "image,labels\n" + lines.joined(separator: "\n"), path: "l.csv"),
                classes: classes, threads: 1)
            let trainer = try fixture.trainer(TrainingFixture.recipe(.gap), set: set, backbone: path)
            let start = try Safetensors(trainer.weights(), file: "start")
            let layer = try start.floats("fc.weight")
            #expect(layer.count == classes.count * 1280 && layer.allSatisfy { $0 == 0 })
            for name in start.entries.keys where name != "fc.weight" {
                // Model files hold weights in half precision.
                for (ours, theirs) in zip(try start.floats(name), try trained.floats(name)) {
                    #expect(abs(ours - theirs) <= 1e-3 * max(1, abs(theirs)), "\(name)")
                }
            }
            let losses = try trainer.run().map(\.total)
            #expect(losses.allSatisfy { $0.isFinite })
        }
    }
}
