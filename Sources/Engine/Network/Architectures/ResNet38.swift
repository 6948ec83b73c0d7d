/// ResNet-38, the wide ResNet "A1" of Wu et al. 2019 at stride 8, as SEAM and AffinityNet have it: norms and activations
/// before the convolutions, the last stages dilated instead of strided.
///
/// Tensor names are those of the public weights (`b5_1.conv_branch2a.weight`).
struct ResNet38: Architecture, Equatable {
    let name: String
    let outputStrides = [8]
    var preprocessing: ModelDescription.Normalisation { .imageNet }

    static let all = [ResNet38(name: "resnet38")]

    /// Taps that the pixel correlation module and AffinityNet read.
    enum Tap {
        /// 512 channels.
        static let conv4 = "conv4"
        /// 1024 channels.
        static let conv5 = "conv5"
    }

    func graph(outputStride: Int, classes: Int, bias: Bool) throws(GraphFault) -> NetworkGraph {
        var graph = GraphBuilder()
        var value = graph.convolution(.image, "conv1a", 64, kernel: 3)
        for (stage, repeats, channels) in [(2, 3, 128), (3, 3, 256), (4, 6, 512)] {
            for position in 0..<repeats {
                value =
                    residual(
                        &graph, value, "b\(stage)" + (position == 0 ? "" : "_\(position)"), inner: channels,
                        output: channels, stride: position == 0 ? 2 : 1, dilations: (1, 1)
                    ).output
            }
        }
        for position in 0..<3 {
            let block = residual(
                &graph, value, "b5" + (position == 0 ? "" : "_\(position)"), inner: 512, output: 1024, stride: 1,
                dilations: (2, position == 0 ? 1 : 2))
            if position == 0 { graph.output(Tap.conv4, block.activated) }
            value = block.output
        }
        let sixth = bottleneck(&graph, value, "b6", output: 2048, dilation: 4, dropout: 0.3)
        graph.output(Tap.conv5, sixth.activated)
        let seventh = bottleneck(&graph, sixth.output, "b7", output: 4096, dilation: 4, dropout: 0.5)
        let features = activated(&graph, seventh.output, "bn7")
        graph.classLayer(dropped(&graph, features, "dropout7", 0.5), "fc8", classes: classes, bias: bias)
        return try graph.graph()
    }

    /// A block's output, and its input after norm and activation: what taps read.
    private typealias BlockValues = (output: NetworkGraph.Value, activated: NetworkGraph.Value)

    /// Two 3x3 convolutions.
    private func residual(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, inner: Int, output: Int, stride: Int,
        dilations: (Int, Int)
    ) -> BlockValues {
        let first = activated(&graph, input, "\(name).bn_branch2a")
        var value = graph.convolution(
            first, "\(name).conv_branch2a", inner, kernel: 3, stride: stride, dilation: dilations.0)
        value = activated(&graph, value, "\(name).bn_branch2b1")
        value = graph.convolution(value, "\(name).conv_branch2b1", output, kernel: 3, dilation: dilations.1)
        let skip = skip(&graph, input, activated: first, name, output: output, stride: stride)
        return (graph.sum("\(name).add", skip, value), first)
    }

    /// 1x1, 3x3 and 1x1, with dropout between.
    private func bottleneck(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, output: Int, dilation: Int,
        dropout: Float
    ) -> BlockValues {
        let first = activated(&graph, input, "\(name).bn_branch2a")
        var value = graph.convolution(first, "\(name).conv_branch2a", output / 4)
        value = activated(&graph, value, "\(name).bn_branch2b1")
        value = dropped(&graph, value, "\(name).dropout_2b1", dropout)
        value = graph.convolution(value, "\(name).conv_branch2b1", output / 2, kernel: 3, dilation: dilation)
        value = activated(&graph, value, "\(name).bn_branch2b2")
        value = dropped(&graph, value, "\(name).dropout_2b2", dropout)
        value = graph.convolution(value, "\(name).conv_branch2b2", output)
        let skip = skip(&graph, input, activated: first, name, output: output, stride: 1)
        return (graph.sum("\(name).add", skip, value), first)
    }

    private func skip(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, activated: NetworkGraph.Value, _ name: String,
        output: Int, stride: Int
    ) -> NetworkGraph.Value {
        guard stride > 1 || graph.channels(input) != output else { return input }
        return graph.convolution(activated, "\(name).conv_branch1", output, stride: stride, padding: .fixed(0))
    }

    private func activated(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ norm: String
    ) -> NetworkGraph.Value {
        graph.activation(graph.norm(input, .init(name: norm)), .relu, after: norm)
    }

    private func dropped(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, _ probability: Float
    ) -> NetworkGraph.Value {
        graph.add(
            name, .dropout(Dropout(probability: probability)), [input], channels: graph.channels(input))
    }

    func canonicalName(_ checkpointName: String) -> String? { checkpointName }
}
