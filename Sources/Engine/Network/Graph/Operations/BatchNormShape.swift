/// A batch norm with frozen statistics, y = gain (x - mean) / sqrt(variance + epsilon) + shift of each channel.
package struct BatchNormShape: GraphOperation {
    package let channels: Int
    package let epsilon: Float

    var parameters: [ParameterShape] {
        [
            ParameterShape(suffix: "weight", shape: [channels], role: .gain),
            ParameterShape(suffix: "bias", shape: [channels], role: .shift),
            ParameterShape(suffix: "running_mean", shape: [channels], role: .mean),
            ParameterShape(suffix: "running_var", shape: [channels], role: .variance),
        ]
    }

    func check() throws(GraphFault) {
        try require(channels, "the number of channels", in: 1...NetworkGraph.maximumChannels)
        guard epsilon.isFinite, epsilon >= 0 else { throw GraphFault("epsilon is \(epsilon)") }
    }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        guard inputs[0].extents[0] == channels else {
            throw GraphFault("reads \(inputs[0].extents[0]) channels, not \(channels)")
        }
        return inputs[0]
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        var output = inputs[0]
        output.values.withUnsafeMutableBufferPointer {
            norm(parameters).forward($0.baseAddress!, pixels: inputs[0].shape.count / channels)
        }
        return output
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var slopes = gradient
        var (gain, shift) = (Tensor(zeros: parameters[0].shape), Tensor(zeros: parameters[1].shape))
        slopes.values.withUnsafeMutableBufferPointer { slopes in
            gain.values.withUnsafeMutableBufferPointer { gain in
                shift.values.withUnsafeMutableBufferPointer { shift in
                    norm(parameters).backward(
                        inputs[0].values, gradient: slopes.baseAddress!, pixels: inputs[0].shape.count / channels,
                        gammaGradient: gain.baseAddress!, betaGradient: shift.baseAddress!)
                }
            }
        }
        let statistics = parameters[2...].map { Tensor(zeros: $0.shape) }
        return OperationGradients(inputs: [slopes], parameters: [gain, shift] + statistics)
    }

    private func norm(_ parameters: [Tensor]) -> BatchNorm {
        BatchNorm(
            gamma: parameters[0].values, beta: parameters[1].values, mean: parameters[2].values,
            variance: parameters[3].values, epsilon: epsilon)
    }
}
