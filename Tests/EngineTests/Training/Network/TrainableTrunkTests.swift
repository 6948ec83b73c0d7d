import Testing

@testable import Engine

/// The network that is trained against the one that labels, and on one instruction set against another.
struct TrainableTrunkTests {
    private struct Pass {
        let logits: [Float]
        let gradients: [Float]
    }

    /// - Returns: the logits, and all layers' gradients where each logit's is its sine.
    private func pass(
        _ architecture: EfficientNetLite, outputStride: Int, classes: Int, size: MapSize, kernels: BlockedKernels
    ) throws -> Pass {
        let graph = try architecture.graph(outputStride: outputStride, classes: classes, bias: false)
        let source = RandomParameters(graph)
        let parameters = try ParameterSet(graph, classLayer: "fc", seed: 1, from: source)
        let classWeight = parameters["fc.weight"]
        let weights = try source.floats(ofGraph: "fc.weight", shape: classWeight.shape)
        for (index, value) in weights.enumerated() { parameters.pointer("fc.weight")[index] = value }
        let network = try TrainableNetwork(
            architecture, outputStride: outputStride, graph: graph, parameters: parameters, kernels: kernels)
        let trunk = network.trunk
        let activations = Activations(trunk, classChannels: classes, inputSize: size)
        let classLayer = TrainableClassLayer(network.classLayer, size: activations.gridSize, kernels: kernels)
        let sums = LayerGradients(trunk.steps)
        let classGradient = FloatBuffer(count: classWeight.count)
        var random = RandomStream(seed: 1, .dropout)
        let dropout = Dropout2D(channels: network.featureChannels, probability: 0, random: &random)
        RandomParameters.input(size).withUnsafeBufferPointer { input in
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
        let gradients = sums.steps.joined().flatMap { sums in
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
    func forward_givesWhatTheLabellingNetworkGives(_ outputStride: Int, _ side: (height: Int, width: Int)) throws {
        let graph = try EfficientNetLite.all[0].graph(outputStride: outputStride, classes: 21, bias: false)
        let size = MapSize(height: side.height, width: side.width)
        let expected = try CompiledNetwork(graph, from: RandomParameters(graph)).forward(
            RandomParameters.input(size), size: size, workspace: PassWorkspace(), team: ThreadTeam(size: 1))[0].planes
        let found = try pass(
            EfficientNetLite.all[0], outputStride: outputStride, classes: 21, size: size, kernels: .active
        ).logits
        #expect(found.count == expected.count)
        // The folding rounds otherwise.
        #expect(relativeDifference(found, expected) < 1e-5)
    }

    /// Both use fused multiply-adds in the same order: a run can be had again on another processor.
    @Test func widthOfTheVectors_changesNoBitOfAGradient() throws {
        guard let narrow = BlockedKernels(named: "avx2"), let wide = BlockedKernels(named: "avx512") else { return }
        let size = MapSize(height: 125, width: 94)
        let passes = try [narrow, wide].map {
            try pass(EfficientNetLite.all[1], outputStride: 16, classes: 5, size: size, kernels: $0)
        }
        let (one, other) = (passes[0], passes[1])
        #expect(largestDifference(one.logits, other.logits) == 0)
        #expect(largestDifference(one.gradients, other.gradients) == 0)
    }

    /// The baseline has no fused multiply-adds.
    @Test func instructionSets_agree() throws {
        let size = MapSize(height: 96, width: 96)
        let baseline = try #require(BlockedKernels(named: "baseline"))
        let expected = try pass(
            EfficientNetLite.all[0], outputStride: 16, classes: 5, size: size, kernels: .active)
        let found = try pass(
            EfficientNetLite.all[0], outputStride: 16, classes: 5, size: size, kernels: baseline)
        let scale = expected.gradients.reduce(0) { max($0, abs($1)) }
        #expect(largestDifference(found.gradients, expected.gradients) < 1e-4 * scale)
    }

    /// Logits and both gradients as if each feature had been multiplied by its channel's factor.
    @Test func classLayer_dropsChannels() {
        let (channels, classes, size) = (40, 3, MapSize(height: 2, width: 3))
        func values(_ count: Int, _ seed: Int) -> [Float] {
            (0..<count).map { Float(($0 * 37 + seed) % 19) / 19 - 0.4 }
        }
        let weights = values(classes * channels, 1)
        let layer = PointwiseConvolution(
            inputChannels: channels, outputChannels: classes, weights: weights,
            bias: [Float](repeating: 0, count: classes), activation: .identity)
        let kernels = BlockedKernels.active
        let classLayer = TrainableClassLayer(layer, size: size, kernels: kernels)
        var random = RandomStream(seed: 3, .dropout)
        let dropout = Dropout2D(channels: channels, probability: 0.5, random: &random)
        #expect(Set(dropout.factors) == [0, 2])

        let member = LayerMember(index: 0, count: 1, scratch: FloatBuffer(count: 1).pointer)
        let (features, featureBuffer) = BlockedMap.allocated(channels: channels, size: size, lanes: kernels.lanes)
        let (gradient, gradientBuffer) = BlockedMap.allocated(channels: channels, size: size, lanes: kernels.lanes)
        let (planes, logitGradient) = (values(channels * size.count, 2), values(classes * size.count, 3))
        features.fill(from: planes, channels: channels, member: member)
        let logits = FloatBuffer(count: classes * size.count)
        let weightGradient = FloatBuffer(count: weights.count)
        classLayer.forward(features, dropout: dropout, into: logits.pointer)
        classLayer.backward(
            features, logitGradient: logitGradient, featureGradient: gradient, weightGradient: weightGradient.pointer)
        let featureGradient = FloatBuffer(count: planes.count)
        gradient.copy(pixels: 0..<size.count, to: featureGradient.pointer, channels: channels, kernels: kernels)
        withExtendedLifetime((featureBuffer, gradientBuffer)) {}

        for (cell, output) in (0..<size.count).flatMap({ cell in (0..<classes).map { (cell, $0) } }) {
            let sum = (0..<channels).reduce(Float(0)) {
                $0 + weights[output * channels + $1] * dropout.factors[$1] * planes[$1 * size.count + cell]
            }
            #expect(abs(logits.pointer[output * size.count + cell] - sum) < 1e-5)
        }
        for channel in 0..<channels {
            for cell in 0..<size.count {
                let sum = (0..<classes).reduce(Float(0)) {
                    $0 + weights[$1 * channels + channel] * logitGradient[$1 * size.count + cell]
                }
                let found = featureGradient.pointer[channel * size.count + cell]
                #expect(abs(found - dropout.factors[channel] * sum) < 1e-5)
            }
            for output in 0..<classes {
                let sum = (0..<size.count).reduce(Float(0)) {
                    $0 + planes[channel * size.count + $1] * logitGradient[output * size.count + $1]
                }
                let found = weightGradient.pointer[output * channels + channel]
                #expect(abs(found - dropout.factors[channel] * sum) < 1e-5)
            }
        }
    }
}
