/// What ResNet-38's networks share: norms and activations before the convolutions, the last stages dilated instead of
/// strided.
struct ResNet38Trunk {
    /// What the fifth stage reads, [512, rows, columns] at stride 8, as all of these.
    let conv4: NetworkGraph.Value
    /// What the sixth stage reads, [1024, rows, columns].
    let conv5: NetworkGraph.Value
    /// What classifiers read, [4096, rows, columns].
    let conv6: NetworkGraph.Value

    init(_ graph: inout GraphBuilder) {
        var value = graph.convolution(.image, "conv1a", 64, kernel: 3)
        for (stage, repeats, channels) in [(2, 3, 128), (3, 3, 256), (4, 6, 512)] {
            for position in 0..<repeats {
                value =
                    Self.residual(
                        &graph, value, Self.name(stage, position), inner: channels, output: channels,
                        stride: position == 0 ? 2 : 1, dilations: (1, 1)
                    ).output
            }
        }
        var fifth: [BlockValues] = []
        for position in 0..<3 {
            let block = Self.residual(
                &graph, value, Self.name(5, position), inner: 512, output: 1024, stride: 1,
                dilations: (position == 0 ? 1 : 2, 2))
            fifth.append(block)
            value = block.output
        }
        let sixth = Self.bottleneck(&graph, value, "b6", output: 2048, dilation: 4, dropout: 0.3)
        let seventh = Self.bottleneck(&graph, sixth.output, "b7", output: 4096, dilation: 4, dropout: 0.5)
        (conv4, conv5) = (fifth[0].activated, sixth.activated)
        conv6 = Self.activated(&graph, seventh.output, "bn7")
        graph.output(ResNet38.Tap.conv4, conv4)
        graph.output(ResNet38.Tap.conv5, conv5)
    }

    private static func name(_ stage: Int, _ position: Int) -> String {
        position == 0 ? "b\(stage)" : "b\(stage)_\(position)"
    }

    /// A block's output, and its input after norm and activation: what taps read.
    private typealias BlockValues = (output: NetworkGraph.Value, activated: NetworkGraph.Value)

    /// Two 3x3 convolutions.
    private static func residual(
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
    private static func bottleneck(
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

    private static func skip(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, activated: NetworkGraph.Value, _ name: String,
        output: Int, stride: Int
    ) -> NetworkGraph.Value {
        guard stride > 1 || graph.channels(input) != output else { return input }
        return graph.convolution(activated, "\(name).conv_branch1", output, stride: stride)
    }

    private static func activated(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ norm: String
    ) -> NetworkGraph.Value {
        graph.activation(graph.norm(input, .init(name: norm)), .relu, after: norm)
    }

    static func dropped(
        _ graph: inout GraphBuilder, _ input: NetworkGraph.Value, _ name: String, _ probability: Float
    ) -> NetworkGraph.Value {
        graph.add(
            name, .dropout(Dropout(probability: probability)), [input], channels: graph.channels(input))
    }
}
