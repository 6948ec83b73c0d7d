/// A CAM network whose parameters change: the layers that inference runs, refilled from the parameters after each step.
final class TrainableNetwork: Sendable {
    let parameters: ParameterSet
    let network: Network
    /// What runs: the network's layers, packed.
    let trunk: TrainableTrunk
    /// Rows of the class layer before those of the classes: 1 with a background, else 0.
    let backgroundRows: Int
    private let folded: [FoldedConvolution]
    /// Of the class layer.
    let classWeight: Parameter

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
        trunk = TrainableTrunk(network)

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
        refill()
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

    /// Takes the parameters over into the layers that run.
    func refill() {
        fold()
        pack()
    }

    /// Refills the layers, each member of a team its share; `pack` follows when all are done.
    func fold(member: Int = 0, of members: Int = 1) {
        for index in stride(from: member, to: folded.count, by: members) {
            folded[index].fold(parameters.values.pointer)
        }
        if member == 0 {
            network.classifier.weights.pointer.update(
                from: parameters.values.pointer + classWeight.offset, count: classWeight.count)
        }
    }

    /// Takes the refilled layers into the trunk that runs, each member of a team its share.
    func pack(member: Int = 0, of members: Int = 1) { trunk.pack(member: member, of: members) }

    /// Turns the layers' gradients into the parameters', each member of a team its share.
    func unfold(_ gradient: FloatBuffer, member: Int = 0, of members: Int = 1) {
        for index in stride(from: member, to: folded.count, by: members) {
            folded[index].unfold(gradient.pointer, parameters: parameters.values.pointer)
        }
    }

    /// Adds a thread's sums to `gradient`, in the parameters' layout: a layer's weights at its weights' place, its bias at
    /// its norm's shift, as `unfold` takes them.
    func add(_ sums: LayerGradients, to gradient: FloatBuffer) {
        for (layer, sums) in zip(folded, sums.all) {
            sums.addWeights(to: gradient.pointer + layer.weight.offset)
            sums.addBias(to: gradient.pointer + layer.beta.offset)
        }
    }

    /// Of the class layer, in a block of gradients.
    func classGradient(in gradient: FloatBuffer) -> UnsafeMutablePointer<Float> {
        gradient.pointer + classWeight.offset
    }
}
