/// Adds a number of its own to each channel; its parameter has the node's name.
package struct ChannelBias: GraphOperation {
    package let channels: Int

    var parameters: [ParameterShape] { [ParameterShape(suffix: "", shape: [channels], role: .bias)] }

    func check() throws(GraphFault) {
        try require(channels, "the number of channels", in: 1...NetworkGraph.maximumChannels)
    }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        guard inputs[0].extents[0] == channels else {
            throw GraphFault("reads \(inputs[0].extents[0]) channels, not \(channels)")
        }
        return inputs[0]
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let pixels = inputs[0].shape.count / channels
        return Tensor(
            inputs[0].shape, inputs[0].values.enumerated().map { $1 + parameters[0].values[$0 / pixels] })
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        OperationGradients(
            inputs: [gradient], parameters: [Tensor(parameters[0].shape, gradient.sumsOverPixels().map { Float($0) })])
    }
}
