/// A family member that CAM networks are made of: the one place where a network is described.
///
/// A new architecture is a file that describes it, and a line in `Architectures`.
protocol Architecture: Sendable {
    /// As in options and model files, lower case.
    var name: String { get }
    /// Input pixels a cell of the class maps that it can be built for, finest first.
    var outputStrides: [Int] { get }
    /// What its public checkpoints were trained on.
    var preprocessing: ModelDescription.Normalisation { get }
    /// What the class layer's parameters begin with.
    var classLayer: String { get }
    /// Rows of a public checkpoint's class layer before those of the classes: of a background that nothing reads.
    var rowsBeforeClasses: Int { get }

    /// Writes the network down as a CAM network, its class layer last.
    /// - Parameters:
    ///   - outputStride: one of `outputStrides`.
    ///   - classes: rows of the class layer.
    ///   - bias: whether the class layer has one.
    func describe(_ graph: inout GraphBuilder, outputStride: Int, classes: Int, bias: Bool)
    /// The graph's name of a checkpoint's tensor that has no wrappers any more; nil for what is known to have no place.
    func plainName(_ name: String) -> String?
}

extension Architecture {
    var rowsBeforeClasses: Int { 0 }
    func plainName(_ name: String) -> String? { name }

    /// The network as a CAM network; its numbers may be a file's.
    /// - Parameters:
    ///   - classes: rows of the class layer.
    ///   - bias: whether the class layer has one.
    func graph(outputStride: Int, classes: Int, bias: Bool) throws(GraphFault) -> NetworkGraph {
        guard outputStrides.contains(outputStride) else {
            let known = outputStrides.map(String.init).joined(separator: ", ")
            throw GraphFault("\(name) has no output stride of \(outputStride); its strides are \(known)")
        }
        var graph = GraphBuilder()
        describe(&graph, outputStride: outputStride, classes: classes, bias: bias)
        return try graph.graph()
    }

    /// The graph's name of a checkpoint's tensor, which may be wrapped or named as another library does; nil for what
    /// the graph has no place for.
    func canonicalName(_ checkpointName: String) -> String? {
        guard checkpointName.utf8.count <= NetworkGraph.maximumNameBytes + 64 else { return nil }
        return plainName(CheckpointName.unwrapped(checkpointName))
    }
}
