import ArgumentParser
import Engine
import Text

/// How long and on what crops training runs, and how fast it learns.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "Times that every image is seen.") var epochs = 12
    @Option(help: "Images per step.") var batch = 16
    @Option(help: "Side of the training crops in pixels.") var crop = 288
    @Option(
        help:
            "Long side of the resized images that crops are taken from, LOW-HIGH in pixels. Default: 1 to 1.71 crops."
    )
    var longSide: PixelRange?
    @Option(help: "Learning rate of pretrained weights at the first step; it falls as (1 - step / steps)^0.9.")
    var lr: Float = 0.01
    @Option(help: "Weight decay.") var weightDecay: Float = 1e-4
    @Option(help: "Momentum.") var momentum: Float = 0.9
    @Option(help: "How much faster the backbone learns, its norms too; 0 freezes it, and steps are faster.")
    var backboneRate: Float = 1
    @Option(help: "How much faster new layers learn.") var newLayerFactor: Float = 10
    @Option(help: "How much faster the shifts of batch norms learn; 0 freezes them.") var biasFactor: Float = 0
    @Option(help: "How much faster the gains of batch norms learn; 0 freezes them.") var gainFactor: Float = 0
    @Option(
        name: .customLong("clip-norm"),
        help: "Largest L2 norm of the whole gradient; a longer one is shortened to it. 0 for no limit.")
    var clipNorm: Float = SGD().gradientLimit
    @Option(help: "Steps at the start over which the learning rate rises to its own; 0 for none.") var warmUp = 0
    @Option(help: "Probability of dropping a feature channel before the class layer.") var dropout: Float = 0.3
    @Option(help: "Decay a step of the moving average of weights that becomes the model; 0 takes the last weights.")
    var average: Float = 0
    @Option(
        help: "Strength of the colour jitter, a multiple of 0.3, 0.3, 0.3, 0.1 (brightness, contrast, saturation, hue)."
    )
    var jitter: Float = 1
    @Option(help: "Input pixels a cell of the class maps: 8, 16 or 32.") var outputStride = 16
    @Option(help: "Seed of all random numbers.") var seed: UInt64 = 1

    func validate() throws {
        func check(_ isRight: Bool, _ message: String) throws {
            guard isRight else { throw ValidationError(message) }
        }
        try check((1...10_000).contains(epochs), "--epochs must be 1 to 10000")
        try check((1...1024).contains(batch), "--batch must be 1 to 1024")
        try check((32...1024).contains(crop), "--crop must be 32 to 1024")
        try check(lr > 0 && lr.isFinite, "--lr must be positive")
        try check(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay must be 0 or more")
        try check((0..<1).contains(momentum), "--momentum must be 0 to less than 1")
        try check(newLayerFactor > 0 && newLayerFactor.isFinite, "--new-layer-factor must be positive")
        for (name, factor) in [
            ("--backbone-rate", backboneRate), ("--bias-factor", biasFactor), ("--gain-factor", gainFactor),
        ] {
            try check(factor >= 0 && factor.isFinite, "\(name) must be 0 or more")
        }
        try check(clipNorm >= 0 && clipNorm.isFinite, "--clip-norm must be 0 or more")
        try check((0...1_000_000).contains(warmUp), "--warm-up must be 0 to 1000000 steps")
        try check((0..<1).contains(dropout), "--dropout must be 0 to less than 1")
        try check((0..<1).contains(average), "--average must be 0 to less than 1")
        try check((0...3).contains(jitter), "--jitter must be 0 to 3")
        try check([8, 16, 32].contains(outputStride), "--output-stride must be 8, 16 or 32")
    }

    func recipe(objective: Objective) -> Recipe {
        var recipe = Recipe(objective: objective)
        recipe.optimizer = SGD(
            learningRate: lr, momentum: momentum, weightDecay: weightDecay, newLayerFactor: newLayerFactor,
            biasFactor: biasFactor, scaleFactor: gainFactor, gradientLimit: clipNorm)
        (recipe.optimizer.warmUp, recipe.optimizer.backboneFactor) = (warmUp, backboneRate)
        (recipe.epochs, recipe.batch, recipe.crop) = (epochs, batch, crop)
        recipe.longSide = longSide?.values ?? crop...Int(Float(crop) * 768 / 448)
        for path in [\Recipe.Jitter.brightness, \.contrast, \.saturation, \.hue] {
            recipe.jitter[keyPath: path] *= jitter
        }
        (recipe.dropout, recipe.averageDecay) = (dropout, average)
        (recipe.outputStride, recipe.seed) = (outputStride, seed)
        return recipe
    }
}

/// "288-494"
struct PixelRange: ExpressibleByArgument {
    let values: ClosedRange<Int>

    init?(argument: String) {
        let parts = argument.split(onByte: "-").map { Int($0) }
        guard parts.count == 2, let low = parts[0], let high = parts[1], (16...4096).contains(low), low <= high,
            high <= 4096
        else { return nil }
        values = low...high
    }
}
