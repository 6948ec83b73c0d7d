import Testing

@testable import Engine

struct ArchitectureTests {
    /// EfficientNet-B1 to B4 have 23, 23, 26 and 32 blocks; Lite does not repeat the first and last stage, two fewer.
    @Test(arguments: [
        ("efficientnet-lite0", 16, 320, 40), ("efficientnet-lite1", 21, 320, 40), ("efficientnet-lite2", 21, 352, 48),
        ("efficientnet-lite3", 24, 384, 48), ("efficientnet_lite4", 30, 448, 56),
    ])
    func family_hasThePublishedDepthAndWidth(_ name: String, _ blocks: Int, _ lastChannels: Int, _ thirdStage: Int)
        throws
    {
        let architecture = try #require(EfficientNetLite.named(name))
        let list = architecture.blocks(outputStride: 32)
        #expect(list.count == blocks)
        #expect(list.last?.outputChannels == lastChannels)
        #expect(list.contains { $0.outputChannels == thirdStage })
    }

    @Test(arguments: [(32, [1]), (16, [1, 2]), (8, [1, 2, 4])])
    func outputStride_isReachedByDilating(_ outputStride: Int, _ dilations: [Int]) throws {
        let blocks = try #require(EfficientNetLite.named("efficientnet-lite0")).blocks(outputStride: outputStride)
        #expect(blocks.reduce(2) { $0 * $1.stride } == outputStride)
        #expect(Set(blocks.map(\.dilation)).sorted() == dilations)
        // A block that would have strided keeps the dilation of those before it.
        let firstDilated = try blocks.firstIndex { $0.dilation > 1 }.map { try #require(blocks[safe: $0 - 1]) }
        if let firstDilated { #expect(firstDilated.inputChannels != firstDilated.outputChannels) }
    }

    @Test func unknownName_isNoArchitecture() {
        #expect(EfficientNetLite.named("efficientnet-b0") == nil)
    }

    /// TensorFlow: out = ceil(in / stride), the larger half of the padding behind.
    @Test(arguments: [
        (224, 3, 2, 1, 112, 0), (225, 3, 2, 1, 113, 1), (7, 5, 1, 1, 7, 2), (7, 5, 1, 2, 7, 4), (1, 5, 2, 1, 1, 2),
        (4, 2, 2, 1, 2, 0), (6, 5, 2, 1, 3, 1),
    ])
    func samePadding_equalsTensorFlows(
        _ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ output: Int, _ leading: Int
    ) {
        let padding = SamePadding(input: input, kernel: kernel, stride: stride, dilation: dilation)
        #expect(padding.output == output)
        #expect(padding.leading == leading)
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
