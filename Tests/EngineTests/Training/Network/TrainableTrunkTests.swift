import Testing

@testable import Engine

/// The network that is trained against the one that labels, and on one instruction set against another.
struct TrainableTrunkTests {
    private struct Pass {
        let logits: [Float]
        let gradients: [Float]
    }

    /// - Returns: the logits, and all layers' gradients where each logit's is its sine.
    private func pass(_ network: Network, size: MapSize, kernels: BlockedKernels) -> Pass {
        let trunk = TrainableTrunk(network, kernels: kernels)
        let activations = Activations(trunk, classChannels: network.classCount, inputSize: size)
        let classLayer = TrainableClassLayer(network.classifier, size: activations.gridSize, kernels: kernels)
        let sums = LayerGradients(trunk)
        let classGradient = FloatBuffer(count: network.classifier.weights.count)
        var random = RandomStream(seed: 1, .dropout)
        let dropout = Dropout2D(channels: EfficientNetLite.headChannels, probability: 0, random: &random)
        RandomNetwork.input(size).withUnsafeBufferPointer { input in
            trunk.forward(input.baseAddress!, activations)
            classLayer.forward(activations.features, dropout: dropout, into: activations.logits.pointer)
            for index in 0..<activations.logits.count {
                activations.logitGradient.pointer[index] = Float(index % 7) - 3
            }
            classLayer.backward(
                activations.features, logitGradient: activations.logitGradient.pointer,
                featureGradient: activations.featureGradient, weightGradient: classGradient.pointer)
            trunk.backward(input.baseAddress!, activations, sums)
        }
        let gradients = sums.all.flatMap { sums in
            let weights = FloatBuffer(count: sums.layout.outputs * sums.layout.columns)
            let bias = FloatBuffer(count: sums.layout.outputs)
            sums.addWeights(to: weights.pointer)
            sums.addBias(to: bias.pointer)
            return weights.values(weights.count) + bias.values(bias.count)
        }
        return Pass(
            logits: activations.logits.values(activations.logits.count),
            gradients: gradients + classGradient.values(classGradient.count))
    }

    @Test(arguments: [8, 16, 32], [(33, 17), (64, 64), (130, 95)])
    func forward_givesTheBitsOfTheLabellingNetwork(_ outputStride: Int, _ side: (height: Int, width: Int)) throws {
        let network = try RandomNetwork.make("efficientnet-lite0", outputStride: outputStride, classCount: 21)
        // A class layer that is trained has no bias.
        network.classifier.bias.pointer.update(repeating: 0, count: network.classCount)
        let size = MapSize(height: side.height, width: side.width)
        let expected = BlockedNetwork(network).makePass()(RandomNetwork.input(size), size, ThreadTeam(size: 1))
        let found = pass(network, size: size, kernels: .active).logits
        #expect(found.count == expected.logits.count)
        #expect(largestDifference(found, expected.logits) == 0)
    }

    /// Both use fused multiply-adds in the same order: a run can be had again on another processor.
    @Test func widthOfTheVectors_changesNoBitOfAGradient() throws {
        guard let narrow = BlockedKernels(named: "avx2"), let wide = BlockedKernels(named: "avx512") else { return }
        let network = try RandomNetwork.make("efficientnet-lite1", outputStride: 16, classCount: 5)
        let size = MapSize(height: 125, width: 94)
        let (one, other) = (pass(network, size: size, kernels: narrow), pass(network, size: size, kernels: wide))
        #expect(largestDifference(one.logits, other.logits) == 0)
        #expect(largestDifference(one.gradients, other.gradients) == 0)
    }

    /// The baseline has no fused multiply-adds.
    @Test func instructionSets_agree() throws {
        let network = try RandomNetwork.make("efficientnet-lite0", outputStride: 16, classCount: 5)
        let size = MapSize(height: 96, width: 96)
        let baseline = try #require(BlockedKernels(named: "baseline"))
        let expected = pass(network, size: size, kernels: .active)
        let found = pass(network, size: size, kernels: baseline)
        let scale = expected.gradients.reduce(0) { max($0, abs($1)) }
        #expect(largestDifference(found.gradients, expected.gradients) < 1e-4 * scale)
    }
}
