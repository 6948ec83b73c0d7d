/// ResNets with their stride in the 3x3 convolution (He et al. 2016; "V1.5"), by torchvision's and timm's names.
///
/// At a finer output stride the last stages dilate, as torchvision's `replace_stride_with_dilation` does: the first block
/// of a stage keeps the dilation of the stage before.
struct ResNet: Architecture, Equatable {
    enum Block: Sendable { case basic, bottleneck }

    let name: String
    let block: Block
    /// Of each of the four stages.
    let repeats: [Int]
    /// Channels of the first stage's 3x3 convolutions; doubled from stage to stage.
    var width = 64
    var groups = 1

    static let all = [
        ResNet(name: "resnet18", block: .basic, repeats: [2, 2, 2, 2]),
        ResNet(name: "resnet34", block: .basic, repeats: [3, 4, 6, 3]),
        ResNet(name: "resnet50", block: .bottleneck, repeats: [3, 4, 6, 3]),
        ResNet(name: "resnet101", block: .bottleneck, repeats: [3, 4, 23, 3]),
        ResNet(name: "resnet152", block: .bottleneck, repeats: [3, 8, 36, 3]),
        ResNet(name: "wide_resnet50_2", block: .bottleneck, repeats: [3, 4, 6, 3], width: 128),
        ResNet(name: "wide_resnet101_2", block: .bottleneck, repeats: [3, 4, 23, 3], width: 128),
        ResNet(name: "resnext50_32x4d", block: .bottleneck, repeats: [3, 4, 6, 3], width: 128, groups: 32),
        ResNet(name: "resnext101_32x8d", block: .bottleneck, repeats: [3, 4, 23, 3], width: 256, groups: 32),
    ]

    /// torchvision's basic blocks can't dilate.
    var outputStrides: [Int] { block == .basic ? [32] : [8, 16, 32] }
    var preprocessing: ModelDescription.Normalisation { .imageNet }

    func graph(outputStride: Int, classes: Int, bias: Bool) throws(GraphFault) -> NetworkGraph {
        var graph = GraphBuilder()
        var value = graph.convolution(
            .image, "conv1", 64, kernel: 7, stride: 2, norm: .init(name: "bn1"), activation: .relu)
        value = graph.add(
            "maxpool", .maximumPool(MaximumPoolShape(kernel: 3, stride: 2, padding: 1)), [value], channels: 64)
        var budget = StrideBudget(outputStride: outputStride, spent: 4)
        for (stage, count) in repeats.enumerated() {
            for position in 0..<count {
                let before = budget.dilation
                let stride = position == 0 && stage > 0 ? budget.take(2) : 1
                value = residual(
                    &graph, value, "layer\(stage + 1).\(position)", stage: stage, stride: stride,
                    dilation: position == 0 ? before : budget.dilation)
            }
            graph.output("layer\(stage + 1)", value)
        }
        graph.classLayer(value, "fc", classes: classes, bias: bias)
        return try graph.graph()
    }

    private func residual(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, stage: Int, stride: Int, dilation: Int
    ) -> NetworkGraph.Value {
        let (inner, planes) = (width << stage, 64 << stage)
        func norm(_ index: Int) -> GraphBuilder.Norm { .init(name: "\(name).bn\(index)") }
        var value = input
        let output: Int
        switch block {
        case .basic:
            output = inner
            value = graph.convolution(
                value, "\(name).conv1", inner, kernel: 3, stride: stride, dilation: dilation, norm: norm(1),
                activation: .relu)
            value = graph.convolution(value, "\(name).conv2", output, kernel: 3, dilation: dilation, norm: norm(2))
        case .bottleneck:
            output = 4 * planes
            value = graph.convolution(value, "\(name).conv1", inner, norm: norm(1), activation: .relu)
            value = graph.convolution(
                value, "\(name).conv2", inner, kernel: 3, stride: stride, dilation: dilation, groups: groups,
                norm: norm(2), activation: .relu)
            value = graph.convolution(value, "\(name).conv3", output, norm: norm(3))
        }
        var skip = input
        if stride > 1 || graph.channels(input) != output {
            skip = graph.convolution(
                input, "\(name).downsample.0", output, stride: stride, padding: .fixed(0),
                norm: .init(name: "\(name).downsample.1"))
        }
        return graph.activation(graph.sum("\(name).add", value, skip), .relu, after: name)
    }

    func canonicalName(_ checkpointName: String) -> String? { checkpointName }
}
