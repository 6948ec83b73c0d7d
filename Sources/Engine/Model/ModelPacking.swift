import Foundation

extension Model {
    /// Makes a model file of a checkpoint's weights and a description: convolution weights in half precision, the few
    /// batch-norm and bias values in single precision, since running variances may lie outside half precision's range.
    ///
    /// - Parameter weights: a safetensors file with the names of the architecture's graph or of its public checkpoints.
    /// - Returns: the file, read back and found to load.
    public static func pack(weights: Data, file: String, description: ModelDescription) throws -> Data {
        try description.check(file: file)
        let architecture = try Architectures.required(description.architecture, file: file)
        let source = try Safetensors(weights, file: file, types: Safetensors.ElementType.ofCheckpoints)
        let tensors = CheckpointTensors(source, architecture: architecture)
        return try packed(tensors, description: description, matrices: .float16).file
    }

    /// - Parameter matrices: how weights of convolutions are stored.
    /// - Returns: the file, read back and found to load, and the checkpoint's tensors that have no place in it.
    static func packed(
        _ tensors: CheckpointTensors, description: ModelDescription, matrices: Safetensors.ElementType
    ) throws -> (file: Data, leftOut: [String]) {
        let (architecture, file) = (tensors.architecture, tensors.source.file)
        try description.check(file: file)
        let classes = description.classes.count
        let classLayer = "\(architecture.classLayer).weight"
        let rows = tensors.shape(classLayer)?.first ?? 0
        guard rows == classes + architecture.rowsBeforeClasses else {
            let before = architecture.rowsBeforeClasses
            throw ModelError(
                file: file, tensor: classLayer,
                reason: rows == 0
                    ? "missing: the file has no class layer, as a backbone alone has none"
                    : "has \(rows) rows, \(before == 0 ? "" : "\(before) of them before the classes, ")"
                        + "and \(classes) classes are given")
        }
        let graph: NetworkGraph
        do throws(GraphFault) {
            graph = try architecture.graph(
                outputStride: description.outputStride, classes: classes,
                bias: tensors.has("\(architecture.classLayer).bias"))
        } catch {
            throw ModelError(file: file, tensor: nil, reason: error.description)
        }
        var writer = SafetensorsWriter()
        writer.metadata = try description.metadata()
        let entries = ParameterTable(graph).entries.sorted { $0.name < $1.name }
        for entry in entries {
            let leaving = architecture.isOfClassLayer(entry) ? architecture.rowsBeforeClasses : 0
            let values = try tensors.floats(entry, leaving: leaving)
            writer.append(
                entry.name, shape: entry.shape, values: values, as: entry.shape.count > 1 ? matrices : .float32)
        }
        let packed = try writer.encoded()
        _ = try Model(packed, file: file)
        return (packed, tensors.leftOut(by: Set(entries.map(\.name))))
    }

    /// A model of weights in memory, such as a network in training.
    public convenience init(weights: Data, description: ModelDescription) throws {
        try self.init(
            data: try Model.pack(weights: weights, file: "training", description: description), name: "training")
    }
}
