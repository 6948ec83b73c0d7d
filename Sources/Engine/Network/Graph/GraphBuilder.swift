/// Writes a graph down in the order in which it runs. Names are the checkpoint's.
struct GraphBuilder {
    private var nodes: [NetworkGraph.Node] = []
    private var outputs: [String: NetworkGraph.Value] = [:]
    private let inputChannels: Int
    /// Channels of each value.
    private var channels: [Int]

    /// What follows a convolution within one line of a description.
    struct Norm {
        let name: String
        var epsilon: Float = 1e-5
    }

    init(inputChannels: Int = 3) {
        self.inputChannels = inputChannels
        channels = [inputChannels]
    }

    func channels(_ value: NetworkGraph.Value) -> Int { channels[value.rawValue] }

    mutating func add(
        _ name: String, _ operation: NodeOperation, _ inputs: [NetworkGraph.Value], channels: Int
    ) -> NetworkGraph.Value {
        nodes.append(NetworkGraph.Node(name: name, operation: operation, inputs: inputs))
        self.channels.append(channels)
        return .ofNode(nodes.count - 1)
    }

    /// A convolution, the norm behind it, and the activation behind that; the last two only where they are given.
    /// - Parameter padding: nil for what keeps the size at stride 1 with an odd kernel, on all sides alike.
    mutating func convolution(
        _ input: NetworkGraph.Value, _ name: String, _ output: Int, kernel: Int = 1, stride: Int = 1, dilation: Int = 1,
        groups: Int = 1, padding: ConvolutionShape.Padding? = nil, bias: Bool = false, norm: Norm? = nil,
        activation: Activation = .identity
    ) -> NetworkGraph.Value {
        var value = add(
            name,
            .convolution(
                ConvolutionShape(
                    inputChannels: channels(input), outputChannels: output, kernel: kernel, stride: stride,
                    dilation: dilation, groups: groups, padding: padding ?? .fixed(kernel / 2 * dilation),
                    hasBias: bias)),
            [input], channels: output)
        if let norm { value = self.norm(value, norm) }
        return self.activation(value, activation, after: norm?.name ?? name)
    }

    mutating func norm(_ input: NetworkGraph.Value, _ norm: Norm) -> NetworkGraph.Value {
        let channels = channels(input)
        return add(
            norm.name, .batchNorm(BatchNormShape(channels: channels, epsilon: norm.epsilon)), [input],
            channels: channels)
    }

    /// - Parameter name: of the node before it.
    mutating func activation(
        _ input: NetworkGraph.Value, _ activation: Activation, after name: String
    ) -> NetworkGraph.Value {
        guard activation != .identity else { return input }
        return add("\(name).\(activation.rawValue)", .activation(activation), [input], channels: channels(input))
    }

    mutating func sum(_ name: String, _ first: NetworkGraph.Value, _ second: NetworkGraph.Value) -> NetworkGraph.Value {
        add(name, .add, [first, second], channels: channels(first))
    }

    mutating func concatenation(_ name: String, _ values: [NetworkGraph.Value]) -> NetworkGraph.Value {
        add(name, .concatenate, values, channels: values.reduce(0) { $0 + channels($1) })
    }

    /// A value as a constant: nothing flows back to what makes it.
    mutating func constant(_ name: String, _ value: NetworkGraph.Value) -> NetworkGraph.Value {
        add(name, .stopGradient, [value], channels: channels(value))
    }

    /// Names a value that stages look for.
    mutating func output(_ name: String, _ value: NetworkGraph.Value) { outputs[name] = value }

    /// The class layer, a 1x1 convolution, its maps and their mean: the end of every classifier turned into a CAM
    /// network.
    /// - Parameter bias: whether the layer has one; it is added behind the mean, so that maps do not hold it.
    /// - Returns: the maps.
    @discardableResult
    mutating func classLayer(
        _ features: NetworkGraph.Value, _ name: String, classes: Int, bias: Bool
    ) -> NetworkGraph.Value {
        output(NetworkGraph.Output.features, features)
        let maps = convolution(features, name, classes)
        output(NetworkGraph.Output.maps, maps)
        var logits = add("\(name).mean", .meanOfPixels, [maps], channels: classes)
        if bias {
            // Its one parameter is the layer's own: `fc.bias`.
            logits = add("\(name).bias", .channelBias(ChannelBias(channels: classes)), [logits], channels: classes)
        }
        output(NetworkGraph.Output.logits, logits)
        return maps
    }

    func graph() throws(GraphFault) -> NetworkGraph {
        try NetworkGraph(inputChannels: inputChannels, nodes: nodes, outputs: outputs)
    }
}
