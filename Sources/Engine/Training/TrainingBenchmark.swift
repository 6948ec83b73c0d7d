import Foundation
import Text

/// Times training steps on made-up pictures: forward, losses, backward and update, without reading or augmenting.
public final class TrainingBenchmark {
    private let recipe: Recipe
    private let rounds: Rounds
    private let stepper: TrainingStep
    private let batch: TrainingBatch
    private var step = 0

    /// - Parameters:
    ///   - architecture: name of the one whose trunk is trained, from made-up weights: the time does not depend on them.
    ///   - recipe: of which loss terms, batch, crop and output stride count.
    public init(architecture name: String, classCount: Int, recipe: Recipe, threads: Int) throws {
        guard let architecture = Architectures.named(name) else {
            throw Trainer.Failure(
                description: "unknown architecture \(name.shown); known are \(Architectures.names)")
        }
        let trainable = try TrainableNetwork(
            architecture, recipe: recipe, backbone: MadeUpWeights(), classCount: classCount)
        stepper = TrainingStep(
            trainable, recipe: recipe, state: OptimizerState(trainable.parameters), team: ThreadTeam(size: threads),
            normalisation: architecture.preprocessing)
        rounds = Rounds(recipe, stepsPerEpoch: 1_000_000)
        batch = TrainingBatch(size: recipe.batch, classCount: classCount, crop: recipe.crop)
        // Smooth blobs: colours neither all alike nor all different.
        for index in 0..<batch.pixels.count {
            let (x, y) = (index % recipe.crop, index / recipe.crop % recipe.crop)
            batch.pixels.pointer[index] = sin(Float(x) * 0.05 + Float(index / recipe.crop)) * cos(Float(y) * 0.03)
        }
        for index in 0..<recipe.batch {
            batch.setLabels([index % classCount, (index * 7 + 3) % classCount].sorted(), of: index)
        }
        self.recipe = recipe
    }

    /// Bytes of all buffers of the steps.
    public var bytes: Int { stepper.bytes + batch.bytes }

    /// - Returns: seconds of each repetition, after one that is not counted.
    public func run(repetitions: Int) -> [Double] {
        Repetitions.seconds(repetitions, uncounted: 1, pass)
    }

    private func pass() {
        _ = stepper.run(batch, step: step, rate: rounds.rate(at: step, recipe.optimizer))
        step += 1
    }
}

/// Weights that keep activations in a trained network's range.
private struct MadeUpWeights: ParameterSource {
    func floats(ofGraph name: String, shape: [Int]) -> [Float] {
        let count = shape.reduce(1, *)
        guard shape.count > 1 else {
            return [Float](repeating: name.hasSuffix("bias") || name.hasSuffix("mean") ? 0 : 1, count: count)
        }
        var random = RandomStream(seed: 1, .initialisation, count)
        let bound = (6 / Float(shape.dropFirst().reduce(1, *))).squareRoot()
        return (0..<count).map { _ in random.uniform(-bound, bound) }
    }

    func error(_ name: String?, _ reason: String) -> ModelError {
        ModelError(file: "made-up weights", tensor: name, reason: reason)
    }
}
