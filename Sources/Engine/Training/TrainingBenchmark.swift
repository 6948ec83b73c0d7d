import Foundation

/// Times training steps on made-up pictures: forward, losses, backward and update, without reading or augmenting.
public final class TrainingBenchmark {
    private let recipe: Recipe
    private let rounds: Rounds
    private let stepper: TrainingStep
    private let batch: TrainingBatch
    private var step = 0

    /// - Parameters:
    ///   - architecture: its trunk is trained, from made-up weights: the time does not depend on them.
    ///   - recipe: of which loss terms, batch and crop count.
    public init(_ architecture: EfficientNetLite, classCount: Int, recipe: Recipe, threads: Int) throws {
        let trainable = try TrainableNetwork(
            architecture, recipe: recipe, backbone: TrainingBenchmark.weights(architecture), classCount: classCount)
        stepper = TrainingStep(
            trainable, recipe: recipe, state: OptimizerState(trainable.parameters), team: ThreadTeam(size: threads))
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

    /// Weights that keep activations in a trained network's range.
    private static func weights(_ architecture: EfficientNetLite) throws -> Safetensors {
        var writer = SafetensorsWriter()
        var random = RandomStream(seed: 1, .initialisation)
        for tensor in architecture.backboneTensors {
            let count = tensor.shape.reduce(1, *)
            let bound = (6 / Float(tensor.shape.dropFirst().reduce(1, *))).squareRoot()
            let isConvolution = tensor.shape.count > 1
            let constant: Float = tensor.name.hasSuffix("bias") || tensor.name.hasSuffix("mean") ? 0 : 1
            let values = (0..<count).map { _ in isConvolution ? random.uniform(-bound, bound) : constant }
            writer.append(tensor.name, shape: tensor.shape, values: values, as: .float32)
        }
        return try Safetensors(writer.encoded(), file: architecture.name)
    }

    private func pass() {
        _ = stepper.run(batch, step: step, rate: rounds.rate(at: step, recipe.optimizer))
        step += 1
    }
}
