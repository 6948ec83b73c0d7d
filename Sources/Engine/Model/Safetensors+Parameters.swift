extension Safetensors: ParameterSource {
    /// A matrix may stand for a 1x1 convolution of its shape: class layers are written as either.
    func floats(ofGraph name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let entry = entries[name], entry.shape + [1, 1] == shape else { return try floats(name, shape: shape) }
        return try floats(name)
    }

    func error(_ name: String?, _ reason: String) -> ModelError { ModelError(file: file, tensor: name, reason: reason) }
}
