extension Network {
    /// Reads the weights, checks every shape and folds batch norm.
    ///
    /// Tensor names are those of the public PyTorch checkpoints (`_blocks.3._expand_conv.weight`); the class layer is
    /// `fc.weight`, [classes, 1280, 1, 1] or [classes, 1280], with an optional `fc.bias`.
    init(_ architecture: EfficientNetLite, outputStride: Int, classCount: Int, from file: Safetensors)
        throws(ModelError)
    {
        func folded(_ convolution: String, _ norm: String, shape: [Int]) throws(ModelError) -> (
            weights: [Float], bias: [Float]
        ) {
            let channels = [shape[0]]
            let batchNorm = BatchNorm(
                gamma: try file.floats(norm + ".weight", shape: channels),
                beta: try file.floats(norm + ".bias", shape: channels),
                mean: try file.floats(norm + ".running_mean", shape: channels),
                variance: try file.floats(norm + ".running_var", shape: channels),
                epsilon: EfficientNetLite.batchNormEpsilon)
            guard batchNorm.variance.allSatisfy({ $0 >= 0 }) else {
                throw ModelError(file: file.file, tensor: norm + ".running_var", reason: "holds a negative variance")
            }
            return batchNorm.folded(into: try file.floats(convolution + ".weight", shape: shape))
        }
        func pointwise(
            _ convolution: String, _ norm: String, from input: Int, to output: Int, _ activation: Activation
        ) throws(ModelError) -> PointwiseConvolution {
            let layer = try folded(convolution, norm, shape: [output, input, 1, 1])
            return PointwiseConvolution(
                inputChannels: input, outputChannels: output, weights: layer.weights, bias: layer.bias,
                activation: activation)
        }

        let stemChannels = EfficientNetLite.stemChannels
        let headChannels = EfficientNetLite.headChannels
        let stemLayer = try folded("_conv_stem", "_bn0", shape: [stemChannels, 3, 3, 3])
        let stem = Convolution(
            inputChannels: 3, outputChannels: stemChannels, kernel: 3, stride: 2, weights: stemLayer.weights,
            bias: stemLayer.bias, activation: .relu6)

        var blocks: [InvertedResidual] = []
        for (index, block) in architecture.blocks(outputStride: outputStride).enumerated() {
            let prefix = "_blocks.\(index)."
            let expanded = block.expandedChannels
            let expand =
                block.expansion == 1
                ? nil
                : try pointwise(
                    prefix + "_expand_conv", prefix + "_bn0", from: block.inputChannels, to: expanded, .relu6)
            let filter = try folded(
                prefix + "_depthwise_conv", prefix + "_bn1", shape: [expanded, 1, block.kernel, block.kernel])
            blocks.append(
                InvertedResidual(
                    expand: expand,
                    depthwise: DepthwiseConvolution(
                        channels: expanded, kernel: block.kernel, stride: block.stride, dilation: block.dilation,
                        weights: filter.weights, bias: filter.bias, activation: .relu6),
                    project: try pointwise(
                        prefix + "_project_conv", prefix + "_bn2", from: expanded, to: block.outputChannels, .identity),
                    hasResidual: block.hasResidual))
        }
        let trunkChannels = architecture.blocks(outputStride: outputStride).last?.outputChannels ?? stemChannels

        let classShape =
            file.entries["fc.weight"]?.shape.count == 2
            ? [classCount, headChannels] : [classCount, headChannels, 1, 1]
        let classBias =
            file.entries["fc.bias"] == nil
            ? [Float](repeating: 0, count: classCount) : try file.floats("fc.bias", shape: [classCount])

        self.architecture = architecture
        self.outputStride = outputStride
        self.classCount = classCount
        self.stem = stem
        self.blocks = blocks
        self.head = try pointwise("_conv_head", "_bn1", from: trunkChannels, to: headChannels, .relu6)
        self.classifier = PointwiseConvolution(
            inputChannels: headChannels, outputChannels: classCount,
            weights: try file.floats("fc.weight", shape: classShape), bias: classBias, activation: .identity)
    }
}
