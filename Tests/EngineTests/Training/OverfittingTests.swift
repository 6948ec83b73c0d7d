import Testing

@testable import Engine

extension TrainingRuns {
    /// Each objective can be learnt by heart.
    struct OverfittingTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture() }

        @Test(arguments: Objective.Method.allCases, Objective.Posterior.allCases)
        func totalLoss_fallsOnAFewPictures(_ method: Objective.Method, _ posterior: Objective.Posterior) throws {
            let objective = Objective(weights: .init(method), posterior: posterior)
            // Without these losses the posterior changes nothing.
            if posterior == .multinomial && !objective.hasBackground { return }
            var recipe = TrainingFixture.recipe(method, posterior: posterior, epochs: 12)
            (recipe.batch, recipe.dropout, recipe.longSide) = (4, 0, 64...64)
            // Two classes of a half each: a few steps are enough.
            recipe.objective.classShare = 0.5
            // With four cells a small map, SEAM's terms learn nothing at five times the rate.
            recipe.optimizer.learningRate = 0.002
            for path in [\Recipe.Jitter.brightness, \.contrast, \.saturation, \.hue] {
                recipe.jitter[keyPath: path] = 0
            }
            let losses = try fixture.trainer(recipe).run().map(\.total)
            let (first, last) = (losses.prefix(3).reduce(0, +) / 3, losses.suffix(3).reduce(0, +) / 3)
            #expect(last < first - 0.05, "\(losses)")
            print("overfitting \(method.rawValue) \(posterior.rawValue): \(first) to \(last)")
        }
    }
}
