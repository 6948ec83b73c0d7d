import Foundation

extension ParameterSet {
    /// The parameters of a CAM network whose trunk comes from a checkpoint and whose class layer is new.
    ///
    /// - Parameters:
    ///   - backbone: tensors under the public checkpoints' names; a classifier in it is ignored.
    ///   - classChannels: rows of the class layer, `fc.weight` [classChannels, 1280, 1, 1], without bias; zero.
    ///   - extra: further new tensors by name and shape.
    ///   - seed: of the values of `extra`, uniform in +-sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010).
    convenience init(
        backbone: Safetensors, architecture: EfficientNetLite, classChannels: Int, extra: [(String, [Int])] = [],
        seed: UInt64
    ) throws(ModelError) {
        var tensors: [(name: String, shape: [Int], role: Parameter.Role, values: [Float])] = []
        var statistics: [String: [Float]] = [:]
        for layer in architecture.convolutions() {
            let weight = layer.convolution + ".weight"
            tensors.append((weight, layer.shape, .weight, try backbone.floats(weight, shape: layer.shape)))
            for (suffix, role) in [(".weight", Parameter.Role.scale), (".bias", .bias)] {
                let name = layer.norm + suffix
                tensors.append((name, [layer.shape[0]], role, try backbone.floats(name, shape: [layer.shape[0]])))
            }
            for suffix in [".running_mean", ".running_var"] {
                statistics[layer.norm + suffix] = try backbone.floats(layer.norm + suffix, shape: [layer.shape[0]])
            }
        }
        let classShape = [classChannels, EfficientNetLite.headChannels, 1, 1]
        // Random weights here would send noise into the trunk, in hundreds of channels at once, before they know
        // anything: one seed of three then never learned, and the others more slowly (docs/Results.md).
        tensors.append(("fc.weight", classShape, .new, [Float](repeating: 0, count: classShape.reduce(1, *))))
        for (index, (name, shape)) in extra.enumerated() {
            var random = RandomStream(seed: seed, .initialisation, index)
            let bound = (6 / Float(shape[0] + shape.dropFirst().reduce(1, *))).squareRoot()
            let values = (0..<shape.reduce(1, *)).map { _ in random.uniform(-bound, bound) }
            tensors.append((name, shape, .new, values))
        }
        self.init(tensors, statistics: statistics)
    }

    /// A checkpoint with the network's tensors (float32): what `Network` loads.
    /// - Parameters:
    ///   - block: values in the set's layout, such as an average of weights.
    ///   - classRows: rows of the class layer that are written.
    func encoded(_ block: FloatBuffer, classRows: Range<Int>) throws -> Data {
        var writer = SafetensorsWriter()
        for parameter in parameters {
            var (shape, values) = (parameter.shape, floats(parameter, in: block))
            if parameter.name == "fc.weight" {
                let row = parameter.count / shape[0]
                values = Array(values[classRows.lowerBound * row..<classRows.upperBound * row])
                shape[0] = classRows.count
            } else if parameter.role == .new {
                continue  // of use in training only
            }
            writer.append(parameter.name, shape: shape, values: values, as: .float32)
        }
        for (name, values) in statistics.sorted(by: { $0.key < $1.key }) {
            writer.append(name, shape: [values.count], values: values, as: .float32)
        }
        return try writer.encoded()
    }
}

extension EfficientNetLite {
    /// The trunk's convolutions with the batch norm that follows each, in forward order: stem, blocks, head.
    func convolutions() -> [(convolution: String, norm: String, shape: [Int])] {
        var layers = [("_conv_stem", "_bn0", [EfficientNetLite.stemChannels, 3, 3, 3])]
        // Strides change no shape.
        let blocks = blocks(outputStride: 32)
        for (index, block) in blocks.enumerated() {
            let prefix = "_blocks.\(index)."
            let expanded = block.expandedChannels
            if block.expansion != 1 {
                layers.append((prefix + "_expand_conv", prefix + "_bn0", [expanded, block.inputChannels, 1, 1]))
            }
            layers.append((prefix + "_depthwise_conv", prefix + "_bn1", [expanded, 1, block.kernel, block.kernel]))
            layers.append((prefix + "_project_conv", prefix + "_bn2", [block.outputChannels, expanded, 1, 1]))
        }
        let trunk = blocks.last?.outputChannels ?? EfficientNetLite.stemChannels
        layers.append(("_conv_head", "_bn1", [EfficientNetLite.headChannels, trunk, 1, 1]))
        return layers
    }
}
