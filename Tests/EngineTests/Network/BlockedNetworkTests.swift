import TestSupport
import Testing

@testable import Engine

/// The packed network against its layers' definitions.
struct BlockedNetworkTests {
    static let sizes = [(1, 1), (2, 31), (33, 17), (65, 130), (96, 96), (250, 41)]

    @Test(arguments: ["efficientnet-lite0", "efficientnet-lite2"], [8, 16, 32])
    func everySizeAndThreadCount_givesWhatTheLayersGive(_ architecture: String, outputStride: Int) throws {
        let network = try RandomNetwork.make(architecture, outputStride: outputStride, classCount: 21)
        let blocked = BlockedNetwork(network)
        let workspace = BlockedWorkspace()
        for (height, width) in Self.sizes {
            let size = MapSize(height: height, width: width)
            let input = RandomNetwork.input(size)
            let expected = network.defined(input, size: size)
            let one = blocked.forward(input, size: size, workspace: workspace, team: ThreadTeam(size: 1))
            #expect(one.size == expected.size)
            let logits = one.logits
            #expect(relativeDifference(logits, expected.logits) < 1e-4, "\(height) x \(width)")
            for threads in 2...3 {
                let shared = blocked.forward(input, size: size, workspace: workspace, team: ThreadTeam(size: threads))
                #expect(shared.logits == logits, "\(threads) threads share the same sums")
            }
        }
    }

    @Test(arguments: ["baseline", "avx2", "avx512"])
    func everyInstructionSet_givesTheSame(_ name: String) throws {
        // Where the processor lacks it there is nothing to run.
        guard let kernels = BlockedKernels(named: name) else { return }
        let network = try RandomNetwork.make("efficientnet-lite0", outputStride: 16, classCount: 5)
        let size = MapSize(height: 100, width: 75)
        let input = RandomNetwork.input(size)
        let expected = network.defined(input, size: size)
        let output = BlockedNetwork(network, kernels: kernels).makePass()(input, size, ThreadTeam(size: 2))
        #expect(relativeDifference(output.logits, expected.logits) < 1e-4)
    }

    /// Both use fused multiply-adds in the same order.
    @Test func widthOfTheVectors_doesNotChangeABit() throws {
        guard let narrow = BlockedKernels(named: "avx2"), let wide = BlockedKernels(named: "avx512") else { return }
        let network = try RandomNetwork.make("efficientnet-lite1", outputStride: 16, classCount: 5)
        let size = MapSize(height: 61, width: 94)
        let input = RandomNetwork.input(size)
        let logits = [narrow, wide].map { kernels in
            BlockedNetwork(network, kernels: kernels).makePass()(input, size, ThreadTeam(size: 1)).logits
        }
        #expect(logits[0] == logits[1])
    }

    private func relativeDifference(_ values: [Float], _ expected: [Float]) -> Float {
        guard values.count == expected.count else { return .infinity }
        let scale = expected.reduce(0) { max($0, abs($1)) }
        return zip(values, expected).reduce(0) { max($0, ($1.0 - $1.1).magnitude / scale) }
    }
}

/// A network of random weights whose maps neither vanish nor saturate.
enum RandomNetwork {
    static func make(_ architecture: String, outputStride: Int, classCount: Int) throws -> Network {
        let architecture = try #require(EfficientNetLite.named(architecture))
        var random = SeededRandom(seed: 7)
        func values(_ count: Int, _ deviation: Float) -> [Float] {
            (0..<count).map { _ in Float.random(in: -1...1, using: &random) * 1.7 * deviation }
        }
        func weights(_ count: Int, inputs: Int) -> [Float] { values(count, (1.5 / Float(inputs)).squareRoot()) }
        func pointwise(_ input: Int, _ output: Int, _ activation: Activation) -> PointwiseConvolution {
            PointwiseConvolution(
                inputChannels: input, outputChannels: output, weights: weights(input * output, inputs: input),
                bias: values(output, 0.3), activation: activation)
        }
        let blocks = architecture.blocks(outputStride: outputStride).map { block in
            let (channels, taps) = (block.expandedChannels, block.kernel * block.kernel)
            return InvertedResidual(
                expand: block.expansion == 1 ? nil : pointwise(block.inputChannels, channels, .relu6),
                depthwise: DepthwiseConvolution(
                    channels: channels, kernel: block.kernel, stride: block.stride, dilation: block.dilation,
                    weights: weights(channels * taps, inputs: taps), bias: values(channels, 0.3), activation: .relu6),
                project: pointwise(channels, block.outputChannels, .identity), hasResidual: block.hasResidual)
        }
        let stem = Convolution(
            inputChannels: 3, outputChannels: EfficientNetLite.stemChannels, kernel: 3, stride: 2,
            weights: weights(EfficientNetLite.stemChannels * 27, inputs: 27),
            bias: values(EfficientNetLite.stemChannels, 0.3), activation: .relu6)
        return Network(
            architecture: architecture, outputStride: outputStride, classCount: classCount, stem: stem, blocks: blocks,
            head: pointwise(blocks.last?.project.outputChannels ?? 0, EfficientNetLite.headChannels, .relu6),
            classifier: pointwise(EfficientNetLite.headChannels, classCount, .identity))
    }

    static func input(_ size: MapSize) -> [Float] {
        var random = SeededRandom(seed: 3)
        return (0..<3 * size.count).map { _ in Float.random(in: -1...1, using: &random) }
    }
}
