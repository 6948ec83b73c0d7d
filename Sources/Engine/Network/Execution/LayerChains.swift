/// Finds layers that run as one step, for labelling and for training alike.
struct LayerChains {
    let layers: [FusedLayer]
    /// How many read a value; the caller of a pass is one of them.
    private var readers: [NetworkGraph.Value: Int] = [:]

    /// - Parameter outputs: values that the caller reads.
    init(_ layers: [FusedLayer], outputs: [NetworkGraph.Value]) {
        self.layers = layers
        for value in layers.flatMap(\.inputs) + outputs { readers[value, default: 0] += 1 }
    }

    /// Convolutions each of which is all that reads the one before.
    func convolutions(at position: Int, count: Int) -> [FusedConvolution]? {
        guard position + count <= layers.count else { return nil }
        var chain: [FusedConvolution] = []
        for index in position..<position + count {
            guard case .convolution(let layer) = layers[index] else { return nil }
            if let last = chain.last {
                guard layer.input == last.output, layer.addend != last.output, readers[last.output] == 1 else {
                    return nil
                }
            }
            chain.append(layer)
        }
        return chain
    }

    /// The three layers from a position on as an inverted residual block, if they are one.
    func invertedResidual(at position: Int) -> InvertedResidualChain? {
        guard let chain = convolutions(at: position, count: 3) else { return nil }
        return InvertedResidualChain(chain[0], chain[1], chain[2])
    }
}

/// Expansion, depthwise convolution and projection, and the sum with the input where there is one. Where the network
/// begins its first convolution stands in the expansion's place.
struct InvertedResidualChain {
    let first: FusedConvolution
    let depthwise: FusedConvolution
    let project: FusedConvolution
    /// Whether `first` reads the image.
    let isStem: Bool

    var hasResidual: Bool { project.addend != nil }

    /// Nil for other layers, and for what the kernels can't run.
    init?(_ first: FusedConvolution, _ depthwise: FusedConvolution, _ project: FusedConvolution) {
        isStem = first.input == .image
        guard depthwise.isDepthwise, depthwise.shape.padding == .same, depthwise.addend == nil,
            depthwise.shape.kernel <= BlockedDepthwise.maximumKernel, first.addend == nil,
            isStem ? first.isStem : first.isPointwise && first.shape.stride == 1,
            project.isPointwise, project.shape.stride == 1, project.activation == .identity,
            project.addend == nil || project.addend == first.input
        else { return nil }
        (self.first, self.depthwise, self.project) = (first, depthwise, project)
    }
}

extension FusedConvolution {
    /// The first convolution that `BlockedStem` can run.
    fileprivate var isStem: Bool {
        shape.groups == 1 && shape.stride == 2 && shape.dilation == 1 && shape.padding == .same
    }
}
