import Foundation
import Testing

@testable import Engine

extension TrainingRuns {
    /// Nothing of training knows a data set: COCO's 76 classes, three in an average picture.
    @Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    struct OtherDataSetTests {
        @Test func cocoSample_isLearnt() throws {
            let folder = Shared.folder.appendingPathComponent("data/coco-sample").path
            let classes = try NameList.read(contentsOf: "\(folder)/classes.txt")
            let set = try TrainingSet(
                images: "\(folder)/JPEGImages", labels: LabelsFile(contentsOf: "\(folder)/labels.csv"),
                classes: classes, threads: 2)
            #expect(set.classes.count == 76 && set.examples.count == 98)
            var recipe = Recipe(objective: Objective(weights: .init(.islFSL)))
            (recipe.epochs, recipe.batch, recipe.crop, recipe.longSide) = (3, 16, 96, 96...160)
            let trainer = try Trainer(
                set, backbone: TrainingFixture.backbone, architecture: nil, recipe: recipe, threads: 2)
            let losses: [Float] = try trainer.run().map(\.losses.terms.gap)
            let (first, last): (Float, Float) = (losses.prefix(3).reduce(0, +), losses.suffix(3).reduce(0, +))
            #expect(last < 0.5 * first)
            #expect(try trainer.model().description.classes.count == 76)
        }
    }
}
