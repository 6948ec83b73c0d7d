/// ResNets with their stride in the 3x3 convolution (He et al. 2016; "V1.5"), by torchvision's and timm's names.
///
/// At a finer output stride the last stages dilate, as torchvision's `replace_stride_with_dilation` and timm's
/// `output_stride` do: the first block of a stage keeps the dilation of the stage before.
struct ResNet: Architecture, Equatable {
    enum Block: Sendable { case basic, bottleneck }

    let name: String
    let block: Block
    /// Of each of the four stages.
    let repeats: [Int]
    /// Channels of the first stage's 3x3 convolutions; doubled from stage to stage.
    var width = 64
    var groups = 1
    var outputStrides = [8, 16, 32]
    /// What would have strided dilates; without, the receptive field shrinks.
    var dilates = true
    var classLayer = "fc"

    static let all = [
        ResNet(name: "resnet18", block: .basic, repeats: [2, 2, 2, 2]),
        ResNet(name: "resnet34", block: .basic, repeats: [3, 4, 6, 3]),
        ResNet(name: "resnet50", block: .bottleneck, repeats: [3, 4, 6, 3]),
        ResNet(name: "resnet101", block: .bottleneck, repeats: [3, 4, 23, 3]),
        ResNet(name: "resnet152", block: .bottleneck, repeats: [3, 8, 36, 3]),
        ResNet(name: "wide-resnet50-2", block: .bottleneck, repeats: [3, 4, 6, 3], width: 128),
        ResNet(name: "wide-resnet101-2", block: .bottleneck, repeats: [3, 4, 23, 3], width: 128),
        ResNet(name: "resnext50-32x4d", block: .bottleneck, repeats: [3, 4, 6, 3], width: 128, groups: 32),
        ResNet(name: "resnext101-32x8d", block: .bottleneck, repeats: [3, 4, 23, 3], width: 256, groups: 32),
        .irn,
    ]

    var preprocessing: ModelDescription.Normalisation { .imageNet }

    func describe(_ graph: inout GraphBuilder, outputStride: Int, classes: Int, bias: Bool) {
        var value = graph.convolution(
            .image, "conv1", 64, kernel: 7, stride: 2, norm: .init(name: "bn1"), activation: .relu)
        value = graph.add(
            "maxpool", .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1)), [value], channels: 64)
        var budget = StrideBudget(outputStride: outputStride, spent: 4)
        for (stage, count) in repeats.enumerated() {
            let before = budget.dilation
            let stride = budget.take(stage == 0 ? 1 : 2)
            for position in 0..<count {
                let dilations = position == 0 ? (before, budget.dilation) : (budget.dilation, budget.dilation)
                value = residual(
                    &graph, value, "layer\(stage + 1).\(position)", stage: stage, stride: position == 0 ? stride : 1,
                    dilations: dilates ? dilations : (1, 1))
            }
            graph.output("layer\(stage + 1)", value)
            if stage == repeats.count - 2 { graph.output(NetworkGraph.Output.middle, value) }
        }
        graph.output(NetworkGraph.Output.late, value)
        graph.classLayer(value, classLayer, classes: classes, bias: bias)
    }

    /// - Parameter dilations: of the first and the second 3x3 convolution; a bottleneck has only the first.
    private func residual(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, stage: Int, stride: Int,
        dilations: (Int, Int)
    ) -> NetworkGraph.Value {
        let (inner, planes) = (width << stage, 64 << stage)
        func norm(_ index: Int) -> GraphBuilder.Norm { .init(name: "\(name).bn\(index)") }
        var value = input
        let output: Int
        switch block {
        case .basic:
            output = inner
            value = graph.convolution(
                value, "\(name).conv1", inner, kernel: 3, stride: stride, dilation: dilations.0, norm: norm(1),
                activation: .relu)
            value = graph.convolution(value, "\(name).conv2", output, kernel: 3, dilation: dilations.1, norm: norm(2))
        case .bottleneck:
            output = 4 * planes
            value = graph.convolution(value, "\(name).conv1", inner, norm: norm(1), activation: .relu)
            value = graph.convolution(
                value, "\(name).conv2", inner, kernel: 3, stride: stride, dilation: dilations.0, groups: groups,
                norm: norm(2), activation: .relu)
            value = graph.convolution(value, "\(name).conv3", output, norm: norm(3))
        }
        var skip = input
        if stride > 1 || graph.channels(input) != output {
            skip = graph.convolution(
                input, "\(name).downsample.0", output, stride: stride, norm: .init(name: "\(name).downsample.1"))
        }
        return graph.activation(graph.sum("\(name).add", value, skip), .relu, after: name)
    }

    func plainName(_ name: String) -> String? { ResNet.nameWithoutStages(name) }
}
