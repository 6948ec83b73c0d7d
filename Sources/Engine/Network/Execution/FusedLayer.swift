/// Nodes of a graph that one sweep over memory computes.
enum FusedLayer {
    case convolution(FusedConvolution)
    case elementwise(FusedElementwise)
    /// A node by itself, as it is defined.
    case plain(NetworkGraph.Node, output: NetworkGraph.Value)

    var inputs: [NetworkGraph.Value] {
        switch self {
        case .convolution(let layer): [layer.input] + (layer.addend.map { [$0] } ?? [])
        case .elementwise(let layer): layer.inputs
        case .plain(let node, _): node.inputs
        }
    }

    var output: NetworkGraph.Value {
        switch self {
        case .convolution(let layer): layer.output
        case .elementwise(let layer): layer.output
        case .plain(_, let output): output
        }
    }
}

/// A batch norm by its node.
struct FusedNorm {
    let name: String
    let shape: BatchNormShape
}

/// activation(norm(convolution(input)) + addend); what follows the convolution only where the graph has it.
struct FusedConvolution {
    /// Of the convolution's node.
    let name: String
    let shape: ConvolutionShape
    let input: NetworkGraph.Value
    var norm: FusedNorm?
    /// Made before the convolution runs.
    var addend: NetworkGraph.Value?
    var activation = Activation.identity
    var output: NetworkGraph.Value

    /// A product with a matrix at every pixel.
    var isPointwise: Bool { shape.kernel == 1 && shape.groups == 1 && shape.padding.isNone }
    var isDepthwise: Bool { shape.groups == shape.inputChannels && shape.outputChannels == shape.inputChannels }
}

/// activation(norm(sum of the inputs)); sum, norm and activation only where the graph has them.
struct FusedElementwise {
    /// Of the first node.
    let name: String
    let inputs: [NetworkGraph.Value]
    var norm: FusedNorm?
    var activation = Activation.identity
    var output: NetworkGraph.Value
}

extension ConvolutionShape.Padding {
    /// With a kernel of one pixel TensorFlow's padding is none either.
    fileprivate var isNone: Bool { self == .same || self == .fixed(0) }
}
