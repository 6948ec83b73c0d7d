import Testing

@testable import Engine

extension TrainingRuns {
    /// Images that have none of the classes are examples as good as others.
    struct NegativeImagesTests {
        private let fixture: TrainingFixture
        private let set: TrainingSet

        init() throws {
            fixture = try TrainingFixture()
            let text = "image,labels\np0,\np1,no 2\np2,Käse;no 2\np3,\n"
            set = try TrainingSet(
                images: fixture.folder.path, labels: LabelsFile(text: text, path: "labels.csv"), threads: 1)
        }

        @Test func labelsOfANegative_areEmpty() {
            #expect(set.examples.map(\.labels) == [[], [1], [0, 1], []])
        }

        @Test(arguments: Objective.Method.allCases, Objective.Posterior.allCases)
        func everyMethod_learnsFromThem(_ method: Objective.Method, _ posterior: Objective.Posterior) throws {
            var recipe = TrainingFixture.recipe(method, posterior: posterior, epochs: 1)
            recipe.selfTraining = SelfTraining()
            recipe.selfTraining?.epochs = 1
            recipe.objective.weights.teacher = 1
            let trainer = try fixture.trainer(recipe, set: set)
            let reports = try trainer.run()
            #expect(reports.count == 4)
            for report in reports { #expect(report.total.isFinite && report.gradientNorm > 0) }
            #expect(reports.suffix(2).contains { $0.losses.terms.teacher > 0 })
            _ = try trainer.model()
        }

        @Test func batchesOfNegativesAlone_lowerEveryLogit() throws {
            let text = "image,labels\np0,\np1,\np2,\np3,\n"
            let none = try TrainingSet(
                images: fixture.folder.path, labels: LabelsFile(text: text, path: "labels.csv"),
                classes: ["Käse", "no 2"], threads: 1)
            let trainer = try fixture.trainer(TrainingFixture.recipe(.gap, epochs: 4), set: none)
            let losses = try trainer.run().map(\.total)
            #expect(losses[losses.count - 1] < losses[0])
            #expect(try trainer.mapMaximum(scales: [1]) == nil)
        }

        @Test func softTargets_ofANegativeAreEmpty_andLeaveTheOthersAlone() throws {
            let trainer = try fixture.trainer(TrainingFixture.recipe(.gap), set: set)
            try trainer.run()
            let teacher = Teacher(model: try trainer.model(), threads: 2, backgroundScore: 0.3, scales: [1])
            let targets = try teacher.targets(of: set)
            let side = 4
            let buffer = FloatBuffer([Float](repeating: -1, count: 2 * side * side))
            let image = try PictureFile(path: set.examples[0].path).read(ImageDecoder())
            var random = RandomStream(seed: 1, .augmentation)
            let placement = CropPlacement(
                width: image.width, height: image.height, TrainingFixture.recipe().augmentation, &random)
            targets.fill(example: 0, labels: [], placement: placement, crop: 64, cell: 16, into: buffer.pointer)
            #expect(buffer.values(buffer.count).allSatisfy { $0 == -1 })
            targets.fill(example: 1, labels: [1], placement: placement, crop: 64, cell: 16, into: buffer.pointer)
            #expect(buffer.values(buffer.count).suffix(side * side).allSatisfy { (0...1).contains($0) })
        }

        @Test func denseCRF_ofNoMapsHasNoLogits() {
            let image = DataSetFolder.noise(width: 8, height: 6, seed: 1)
            let crf = DenseCRF(image: image, parameters: BinomialRefinement.crf)
            #expect(crf.binomialLogits([]).isEmpty)
        }
    }
}
