import Foundation
import TestSupport
import Testing

@testable import Engine

/// Tests that train networks: one after the other, since each keeps the processor busy by itself.
@Suite(.serialized) enum TrainingRuns {}

/// A few pictures of two classes, and what trains on them in milliseconds a step.
struct TrainingFixture {
    /// The model in the repository has all of a backbone's tensors, and says its architecture.
    static let backbone = Picture.repository.appendingPathComponent("Models/default.safetensors").path

    let folder: DataSetFolder
    let set: TrainingSet

    init(pictures: Int = 4) throws {
        folder = try DataSetFolder()
        var lines = ["image,labels"]
        for number in 0..<pictures {
            let kinds = [[0], [1], [0, 1]][number % 3]
            let shapes = Shapes(kinds: kinds, number: number)
            try folder.write(
                PNGEncoder.rgb(RGBImage(width: shapes.width, height: shapes.height, pixels: shapes.pixels)),
                "p\(number).png")
            lines.append("p\(number).png," + kinds.map { ["Käse", "no 2"][$0] }.joined(separator: ";"))
        }
        set = try TrainingSet(
            images: folder.path, labels: LabelsFile(text: lines.joined(separator: "\n"), path: "labels.csv"),
            threads: 1)
    }

    /// Two steps an epoch of four pictures.
    static func recipe(
        _ method: Objective.Method = .islFSL, posterior: Objective.Posterior = .binomial, epochs: Int = 2,
        seed: UInt64 = 7
    ) -> Recipe {
        var recipe = Recipe(objective: Objective(weights: .init(method), posterior: posterior, sigma: 2.5))
        (recipe.epochs, recipe.batch, recipe.crop, recipe.longSide) = (epochs, 2, 64, 56...90)
        recipe.seed = seed
        return recipe
    }

    func trainer(
        _ recipe: Recipe, threads: Int = 2, resuming checkpoint: Checkpoint? = nil, set other: TrainingSet? = nil,
        backbone: String = TrainingFixture.backbone, architecture: String? = nil
    ) throws -> Trainer {
        try Trainer(
            other ?? set, backbone: backbone, architecture: architecture, recipe: recipe, threads: threads,
            resuming: checkpoint)
    }

    /// As the command line does: through a file.
    func checkpoint(_ bytes: Data) throws -> Checkpoint {
        try folder.write(bytes, "run.checkpoint")
        return try Checkpoint(contentsOf: "\(folder.path)/run.checkpoint")
    }
}

extension Trainer {
    /// Runs to the end, or to a step.
    @discardableResult
    func run(to last: Int? = nil) throws -> [StepReport] {
        var reports: [StepReport] = []
        while step < last ?? steps { reports.append(try runStep()) }
        return reports
    }
}
