/// A family member that graphs are made of: the one place where a network is described.
///
/// A new architecture is a file with its `graph`, and a line in `Architectures`.
protocol Architecture: Sendable {
    /// As in options and model files, lower case.
    var name: String { get }
    /// Input pixels a cell of the class maps that it can be built for, finest first.
    var outputStrides: [Int] { get }
    /// What its public checkpoints were trained on.
    var preprocessing: ModelDescription.Normalisation { get }

    /// The network as a CAM network.
    /// - Parameters:
    ///   - outputStride: one of `outputStrides`.
    ///   - classes: rows of the class layer.
    ///   - bias: whether the class layer has one.
    func graph(outputStride: Int, classes: Int, bias: Bool) throws(GraphFault) -> NetworkGraph
    /// The graph's name of a checkpoint's tensor; nil for what the graph has no place for.
    func canonicalName(_ checkpointName: String) -> String?
}

/// Strides and dilations of a network that keeps its resolution from a stride on: what would have strided dilates.
struct StrideBudget {
    let outputStride: Int
    private(set) var stride = 1
    private(set) var dilation = 1

    init(outputStride: Int, spent: Int) { (self.outputStride, stride) = (outputStride, spent) }

    /// Spends a layer's stride while it lasts, and dilates by it from there on.
    /// - Returns: the stride that the layer runs at.
    mutating func take(_ wanted: Int) -> Int {
        guard stride * wanted > outputStride else {
            stride *= wanted
            return wanted
        }
        dilation *= wanted
        return 1
    }
}
