import Foundation
import TestSupport
import Testing

@testable import Engine

/// The gradient that one picture gives, from pixels through trunk, class layer and loss back to the parameters.
struct WholeGradientTests {
    /// One term alone, so that none hides behind another.
    private static func objective(_ term: WritableKeyPath<Objective.Weights, Float>) -> Objective {
        var weights = Objective.Weights()
        weights[keyPath: term] = 1
        return Objective(weights: weights, mu: 0.5, sigma: 1.5)
    }

    /// A picture on its way through a network of three classes, two of which it has.
    private final class Chain {
        let trainable: TrainableNetwork
        private let member: TrainingMember
        private let recipe: Recipe
        private let pixels: FloatBuffer
        private let targets: FloatBuffer

        init(_ objective: Objective) throws {
            let architecture = try #require(EfficientNetLite.named("efficientnet-lite0"))
            let backbone = try Safetensors(
                Data(contentsOf: URL(fileURLWithPath: TrainingFixture.backbone)), file: "backbone")
            var recipe = Recipe(objective: objective)
            (recipe.batch, recipe.crop, recipe.dropout) = (1, 64, 0)
            self.recipe = recipe
            trainable = try TrainableNetwork(architecture, recipe: recipe, backbone: backbone, classCount: 3)
            // The class layer starts at zero, where most losses have no slope to compare.
            let classLayer = trainable.parameters["fc.weight"]
            for (index, value) in LossFixtures.values(classLayer.count, -0.07, 0.07, seed: 4).enumerated() {
                trainable.parameters.pointer("fc.weight")[index] = value
            }
            member = TrainingMember(
                trainable, objective: objective, crop: 64, normalisation: architecture.preprocessing)
            let shapes = Shapes(kinds: [0, 1], number: 2)
            pixels = FloatBuffer(count: 3 * 64 * 64)
            var (random, workspace) = (RandomStream(seed: 1, .augmentation), Augmentation.Workspace())
            Augmentation(crop: 64, longSide: 72...72).apply(
                to: RGBImage(width: shapes.width, height: shapes.height, pixels: shapes.pixels), random: &random,
                normalisation: architecture.preprocessing, into: pixels.pointer, workspace: &workspace)
            targets = FloatBuffer(LossFixtures.values(3 * 16, 0, 1, seed: 5))
        }

        func loss() -> Double {
            trainable.refill()
            member.begin()
            member.run(
                pixels: pixels.pointer, labels: [1, 0, 1], targets: targets.pointer, trainable, recipe: recipe, step: 0,
                index: 0)
            return Double(member.losses.total(recipe.objective.multiples(classes: 3)))
        }

        func gradient() -> FloatBuffer {
            _ = loss()
            member.finish(trainable)
            trainable.unfold(member.gradient)
            return FloatBuffer(copying: member.gradient)
        }

        /// The slope nearest to the expected one, of three distances.
        func slope(_ parameter: Parameter, along direction: [Float], distance: Float, expected: Float) -> Float {
            [0.3, 1, 3].map { slope(parameter, along: direction, distance: distance * $0) }
                .min { abs($0 - expected) < abs($1 - expected) } ?? .nan
        }

        /// How the loss changes, by central differences, where a parameter moves along a direction of length 1.
        private func slope(_ parameter: Parameter, along direction: [Float], distance: Float) -> Float {
            let place = trainable.parameters.values.pointer + parameter.offset
            let start = trainable.parameters.floats(parameter, in: trainable.parameters.values)
            func loss(at distance: Float) -> Double {
                for index in start.indices { place[index] = start[index] + distance * direction[index] }
                return self.loss()
            }
            let difference = loss(at: distance) - loss(at: -distance)
            for index in start.indices { place[index] = start[index] }
            return Float(difference) / (2 * distance)
        }
    }

    /// One of each kind of layer and of parameter, at all depths.
    private static let tensors = [
        "fc.weight", "_conv_head.weight", "_bn1.weight", "_blocks.14._project_conv.weight", "_blocks.10._bn1.weight",
        "_blocks.8._depthwise_conv.weight", "_blocks.5._expand_conv.weight", "_blocks.3._bn2.bias",
        "_blocks.0._depthwise_conv.weight", "_conv_stem.weight", "_bn0.weight", "_bn0.bias",
    ]

    /// Along its own gradient, each tensor's slope is the gradient's length; along the axis of its largest element,
    /// that element, within twice the tolerance.
    ///
    /// `change` is the loss's to either side: float32 rounds in smaller ones, in larger ones more of ReLU6 bends, and
    /// the losses that go by a maximum bend too. Which matters more differs by tensor, so the best of three changes
    /// around it counts.
    @Test(arguments: [
        ("gap", Float(1e-4), Float(0.02)), ("teacher", 1e-4, 0.02), ("gmp", 1e-4, 0.05), ("fsl", 2e-5, 0.05),
    ])
    func gradient_matchesFiniteDifferences(_ name: String, change: Float, tolerance: Float) throws {
        let term = try #require(Objective.Weights.names.first { $0.name == name }).path
        let chain = try Chain(WholeGradientTests.objective(term))
        let gradient = chain.gradient()
        var (worst, worstOfElements) = (Float(0), Float(0))
        for tensor in WholeGradientTests.tensors {
            let parameter = chain.trainable.parameters[tensor]
            let slopes = chain.trainable.parameters.floats(parameter, in: gradient)
            let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
            try #require(length > 0, "\(tensor)")
            let found = chain.slope(
                parameter, along: slopes.map { $0 / length }, distance: change / length, expected: length)
            #expect(abs(found - length) < tolerance * length, "\(tensor): \(found) instead of \(length)")
            worst = max(worst, abs(found - length) / length)

            let largest = try #require(slopes.indices.max { abs(slopes[$0]) < abs(slopes[$1]) })
            var axis = [Float](repeating: 0, count: slopes.count)
            axis[largest] = 1
            let slope = chain.slope(
                parameter, along: axis, distance: change / abs(slopes[largest]), expected: slopes[largest])
            #expect(
                abs(slope - slopes[largest]) < 2 * tolerance * abs(slopes[largest]),
                "\(tensor)[\(largest)]: \(slope) instead of \(slopes[largest])")
            worstOfElements = max(worstOfElements, abs(slope - slopes[largest]) / abs(slopes[largest]))
        }
        print("whole gradient \(name): worst tensor \(worst), worst element \(worstOfElements)")
    }
}
