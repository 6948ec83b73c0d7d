import Foundation

extension Model {
    /// Makes a model file of a checkpoint's weights and a description: convolution weights in half precision, the few
    /// batch-norm and bias values in single precision, since running variances may lie outside half precision's range.
    ///
    /// - Parameter weights: a safetensors file with the public checkpoints' tensor names; its class layer may also be
    ///   called `_fc`, as in classifiers.
    /// - Returns: the file, read back and found to load.
    public static func pack(weights: Data, file: String, description: ModelDescription) throws -> Data {
        try description.check(file: file)
        let source = try Safetensors(weights, file: file)
        var writer = SafetensorsWriter()
        writer.metadata = try description.metadata()
        for name in source.entries.keys.sorted() {
            guard let entry = source.entries[name] else { continue }
            let packedName = name.hasPrefix("_fc.") ? String(name.dropFirst(1)) : name
            // Of use to a trainer only, and no float.
            guard !packedName.hasSuffix(".num_batches_tracked") else { continue }
            writer.append(
                packedName, shape: entry.shape, values: try source.floats(name),
                as: entry.shape.count > 1 ? .float16 : .float32)
        }
        let packed = try writer.encoded()
        _ = try Model(packed, file: file)
        return packed
    }

    /// A model of weights in memory, such as a network in training.
    public convenience init(weights: Data, description: ModelDescription) throws {
        try self.init(
            data: try Model.pack(weights: weights, file: "training", description: description), name: "training")
    }
}
