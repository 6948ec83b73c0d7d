/// A CAM network whose parameters change: the layers that inference runs, refilled from the parameters after each step.
final class TrainableNetwork: Sendable {
    let parameters: ParameterSet
    let network: Network
    /// Rows of the class layer before those of the classes: 1 with a background, else 0.
    let backgroundRows: Int
    private let folded: [FoldedConvolution]
    private let classWeight: Parameter

    /// - Parameters:
    ///   - parameters: of `architecture`, with a class layer `fc.weight`.
    ///   - outputStride: 8, 16 or 32 input pixels a cell.
    init(
        _ architecture: EfficientNetLite, outputStride: Int, parameters: ParameterSet, backgroundRows: Int = 0
    ) throws {
        self.parameters = parameters
        self.backgroundRows = backgroundRows
        classWeight = parameters["fc.weight"]
        let channels = classWeight.shape[0]
        let file = try Safetensors(
            parameters.encoded(parameters.values, classRows: 0..<channels), file: architecture.name)
        network = try Network(architecture, outputStride: outputStride, classCount: channels, from: file)

        var buffers = [(network.stem.weights, network.stem.bias)]
        for block in network.blocks {
            if let expand = block.expand { buffers.append((expand.weights, expand.bias)) }
            buffers.append((block.depthwise.weights, block.depthwise.bias))
            buffers.append((block.project.weights, block.project.bias))
        }
        buffers.append((network.head.weights, network.head.bias))
        folded = zip(architecture.convolutions(), buffers).map { names, buffer in
            FoldedConvolution(names, in: parameters, layerWeights: buffer.0, layerBias: buffer.1)
        }
        // As after each step: the network's own folding rounds otherwise, and a resumed run would show it.
        fold()
    }

    /// A network that a recipe trains: the backbone's trunk, and new layers as the objective needs them.
    convenience init(_ architecture: EfficientNetLite, recipe: Recipe, backbone: Safetensors, classCount: Int) throws {
        let backgroundRows = recipe.objective.hasBackground ? 1 : 0
        let parameters = try ParameterSet(
            backbone: backbone, architecture: architecture, classChannels: classCount + backgroundRows,
            extra: recipe.objective.isSiamese ? RefinementBranch.tensors(architecture) : [], seed: recipe.seed)
        try self.init(
            architecture, outputStride: recipe.outputStride, parameters: parameters, backgroundRows: backgroundRows)
    }

    /// Refills the layers, each member of a team its share.
    func fold(member: Int = 0, of members: Int = 1) {
        for index in stride(from: member, to: folded.count, by: members) {
            folded[index].fold(parameters.values.pointer)
        }
        if member == 0 {
            network.classifier.weights.pointer.update(
                from: parameters.values.pointer + classWeight.offset, count: classWeight.count)
        }
    }

    /// Turns the layers' gradients into the parameters', each member of a team its share.
    func unfold(_ gradient: FloatBuffer, member: Int = 0, of members: Int = 1) {
        for index in stride(from: member, to: folded.count, by: members) {
            folded[index].unfold(gradient.pointer, parameters: parameters.values.pointer)
        }
    }

    /// Where each layer adds its gradients in `block`: weights at the weights' place, bias at the norm's shift.
    func layerGradients(in block: FloatBuffer) -> LayerGradients {
        var next = folded.makeIterator()
        func pair() -> LayerGradients.Pair {
            let layer = next.next()!
            return LayerGradients.Pair(
                weights: block.pointer + layer.weight.offset, bias: block.pointer + layer.beta.offset)
        }
        let stem = pair()
        let blocks = network.blocks.map { block in
            LayerGradients.Block(expand: block.expand == nil ? nil : pair(), depthwise: pair(), project: pair())
        }
        return LayerGradients(
            stem: stem, blocks: blocks, head: pair(), classWeights: block.pointer + classWeight.offset)
    }
}

/// Pointers into a block of gradients, by layer.
struct LayerGradients {
    struct Pair {
        let weights: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>
    }
    struct Block {
        let expand: Pair?
        let depthwise: Pair
        let project: Pair
    }
    let stem: Pair
    let blocks: [Block]
    let head: Pair
    let classWeights: UnsafeMutablePointer<Float>
}
