extension EfficientNetLite: Architecture {
    var outputStrides: [Int] { [8, 16, 32] }
    var classLayer: String { "fc" }
    var preprocessing: ModelDescription.Normalisation { EfficientNetLite.imageNetNormalisation }

    func describe(_ graph: inout GraphBuilder, outputStride: Int, classes: Int, bias: Bool) {
        func norm(_ name: String) -> GraphBuilder.Norm {
            .init(name: name, epsilon: EfficientNetLite.batchNormEpsilon)
        }
        var value = graph.convolution(
            .image, "_conv_stem", EfficientNetLite.stemChannels, kernel: 3, stride: 2, padding: .same,
            norm: norm("_bn0"), activation: .relu6)
        // At every output stride the same block.
        let reduction = blocks(outputStride: 32).lastIndex { $0.stride > 1 } ?? 1
        for (index, block) in blocks(outputStride: outputStride).enumerated() {
            let (name, input) = ("_blocks.\(index)", value)
            if block.expansion != 1 {
                value = graph.convolution(
                    value, "\(name)._expand_conv", block.expandedChannels, norm: norm("\(name)._bn0"),
                    activation: .relu6)
            }
            value = graph.convolution(
                value, "\(name)._depthwise_conv", block.expandedChannels, kernel: block.kernel, stride: block.stride,
                dilation: block.dilation, groups: block.expandedChannels, padding: .same, norm: norm("\(name)._bn1"),
                activation: .relu6)
            value = graph.convolution(
                value, "\(name)._project_conv", block.outputChannels, norm: norm("\(name)._bn2"))
            if block.hasResidual { value = graph.sum("\(name).add", value, input) }
            graph.output(name, value)
            if index == reduction - 1 { graph.output(NetworkGraph.Output.middle, value) }
        }
        graph.output(NetworkGraph.Output.late, value)
        value = graph.convolution(
            value, "_conv_head", EfficientNetLite.headChannels, norm: norm("_bn1"), activation: .relu6)
        graph.classLayer(value, classLayer, classes: classes, bias: bias)
    }
}
