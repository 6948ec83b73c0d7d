import Foundation
import Testing

@testable import Engine

@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct GradientParityTests {
    /// Of mean(features^2) over two pictures, in every tensor that the reference has: batch norm is frozen, its gain and
    /// shift are not.
    @Test func gradientsOfTheTrunk_matchReference() throws {
        let golden = try Shared.golden("efficientnet_lite0_gradients")
        let backbone = try Safetensors(
            Shared.data("weights/efficientnet-lite0-imagenet.safetensors"), file: "backbone")
        let architecture = EfficientNetLite.named("efficientnet-lite0")!
        let graph = try architecture.graph(outputStride: 16, classes: 2, bias: false)
        let parameters = try ParameterSet(graph, classLayer: "fc", seed: 1, from: backbone)
        let shape = try #require(golden.entries["x"]?.shape)
        let input = try golden.floats("x")
        let pictureFloats = input.count / shape[0]

        let trainable = try TrainableNetwork(architecture, outputStride: 16, graph: graph, parameters: parameters)
        let size = MapSize(height: shape[2], width: shape[3])
        let activations = Activations(trainable.trunk, classChannels: 2, inputSize: size)
        let gradient = FloatBuffer(count: parameters.count)
        let sums = LayerGradients(trainable.trunk.steps)
        var loss = 0.0
        let count = trainable.featureChannels * activations.gridSize.count
        let total = Float(shape[0] * count)
        for picture in 0..<shape[0] {
            input.withUnsafeBufferPointer { values in
                let source = values.baseAddress! + picture * pictureFloats
                trainable.trunk.forward(source, activations)
                // 1280 channels fill whole blocks: the maps are the same floats in another order.
                for index in 0..<count {
                    let value = activations.features.pointer[index]
                    loss += Double(value * value / total)
                    activations.featureGradient!.pointer[index] = 2 * value / total
                }
                trainable.trunk.backward(source, activations, sums)
            }
        }
        trainable.add(sums, to: gradient)
        trainable.unfold(gradient)
        #expect(abs(loss - Double(try golden.floats("loss")[0])) < 1e-5)

        var compared = 0
        var worst = Float(0)
        for (name, _) in golden.entries where name.hasPrefix("grad.") {
            let expected = try golden.floats(name)
            let parameter = parameters[String(name.dropFirst(5))]
            let found = parameters.floats(parameter, in: gradient)
            let error = largestDifference(found, expected) / expected.map(abs).max()!
            #expect(error < 1e-3, "\(name)")
            worst = max(worst, error)
            compared += 1
        }
        print("parity efficientnet_lite0_gradients: \(compared) tensors, worst \(worst) of the largest element")
        #expect(compared >= 20)
    }
}
