import Foundation

/// A CAM network whose parameters change: a graph's layers up to its features, and the class layer, refilled from the
/// parameters after each step.
final class TrainableNetwork: Sendable {
    let architecture: any Architecture
    let outputStride: Int
    let parameters: ParameterSet
    /// What runs up to the features, packed.
    let trunk: TrainableTrunk
    /// [class channels, feature channels]
    let classLayer: PointwiseConvolution
    /// Rows of the class layer before those of the classes: 1 with a background, else 0.
    let backgroundRows: Int
    /// Whether the trunk learns too.
    let trainsTrunk: Bool
    private let folded: [FoldedLayer]
    /// Of the class layer.
    let classWeight: Parameter

    /// Rows of the class layer.
    var classChannels: Int { classLayer.outputChannels }
    var classCount: Int { classChannels - backgroundRows }
    var featureChannels: Int { classLayer.inputChannels }

    /// - Parameters:
    ///   - graph: of `architecture` and `outputStride`, as a CAM network.
    ///   - taps: names of outputs that are read beside the features.
    ///   - parameters: of the graph, with the class layer.
    init(
        _ architecture: any Architecture, outputStride: Int, graph: NetworkGraph, taps: [String] = [],
        parameters: ParameterSet, backgroundRows: Int = 0, trainsTrunk: Bool = true, kernels: BlockedKernels = .active
    ) throws {
        (self.architecture, self.outputStride, self.parameters) = (architecture, outputStride, parameters)
        (self.backgroundRows, self.trainsTrunk) = (backgroundRows, trainsTrunk)
        classWeight = parameters["\(architecture.classLayer).weight"]
        let features = try graph.output(NetworkGraph.Output.features)
        trunk = try TrainableTrunk(
            graph, features: features, taps: taps.map(graph.output), parameters: parameters, kernels: kernels)
        let (rows, channels) = (classWeight.shape[0], classWeight.count / classWeight.shape[0])
        classLayer = PointwiseConvolution(
            inputChannels: channels, outputChannels: rows, weights: [Float](repeating: 0, count: rows * channels),
            bias: [Float](repeating: 0, count: rows), activation: .identity)
        folded = trunk.layers
        refill()
    }

    /// A network that a recipe trains: the backbone's trunk, and new layers as the objective needs them.
    convenience init(
        _ architecture: any Architecture, recipe: Recipe, backbone: some ParameterSource, classCount: Int
    ) throws {
        let (backgroundRows, isSiamese) = (recipe.objective.hasBackground ? 1 : 0, recipe.objective.isSiamese)
        let graph = try architecture.graph(
            outputStride: recipe.outputStride, classes: classCount + backgroundRows, bias: false)
        let parameters = try ParameterSet(
            graph, classLayer: architecture.classLayer, extra: isSiamese ? RefinementBranch.tensors(graph) : [],
            seed: recipe.seed, from: backbone)
        try self.init(
            architecture, outputStride: recipe.outputStride, graph: graph,
            taps: isSiamese ? RefinementBranch.taps : [], parameters: parameters, backgroundRows: backgroundRows,
            trainsTrunk: recipe.optimizer.backboneFactor > 0)
    }

    /// Takes the parameters over into the layers that run.
    func refill() {
        fold(all: true)
        pack(all: true)
    }

    /// Refills the layers, each member of a team its share; `pack` follows when all are done.
    /// - Parameter all: also those that do not learn.
    func fold(member: Int = 0, of members: Int = 1, all: Bool = false) {
        if all || trainsTrunk {
            for index in stride(from: member, to: folded.count, by: members) {
                folded[index].fold(parameters.values.pointer)
            }
        }
        if member == 0 {
            classLayer.weights.pointer.update(
                from: parameters.values.pointer + classWeight.offset, count: classWeight.count)
        }
    }

    /// Takes the refilled layers into the trunk that runs, each member of a team its share.
    func pack(member: Int = 0, of members: Int = 1, all: Bool = false) {
        if all || trainsTrunk { trunk.pack(member: member, of: members) }
    }

    /// Turns the layers' gradients into the parameters', each member of a team its share.
    func unfold(_ gradient: FloatBuffer, member: Int = 0, of members: Int = 1) {
        guard trainsTrunk else { return }
        for index in stride(from: member, to: folded.count, by: members) {
            folded[index].unfold(gradient.pointer, parameters: parameters.values.pointer)
        }
    }

    /// Adds a thread's sums to `gradient`, in the parameters' layout, as `unfold` takes them.
    func add(_ sums: LayerGradients, to gradient: FloatBuffer) {
        for (layer, sums) in zip(folded, sums.steps.joined()) { layer.add(sums, to: gradient.pointer) }
    }

    /// Of the class layer, in a block of gradients.
    func classGradient(in gradient: FloatBuffer) -> UnsafeMutablePointer<Float> {
        gradient.pointer + classWeight.offset
    }

    /// The network as a model file's weights (float32).
    /// - Parameter block: values in the parameters' layout, such as an average of weights.
    func encoded(_ block: FloatBuffer) throws -> Data {
        try parameters.encoded(block, classWeight: classWeight, rows: backgroundRows..<classChannels)
    }
}

extension NetworkGraph {
    /// A value by its name.
    func output(_ name: String) throws(GraphFault) -> Value {
        guard let value = outputs[name] else { throw GraphFault("the network has no \(name)") }
        return value
    }
}
