/// Global average pooling: each channel's mean over its pixels, [channels].
struct MeanOfPixels: GraphOperation {
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape { try Shape([try inputs[0].map().channels]) }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let shape = checkedShape(inputs)
        let pixels = Double(inputs[0].shape.count / shape.count)
        return Tensor(shape, inputs[0].sumsOverPixels().map { Float($0 / pixels) })
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        let pixels = inputs[0].shape.count / gradient.values.count
        let slopes = gradient.values.flatMap { [Float](repeating: $0 / Float(pixels), count: pixels) }
        return OperationGradients(inputs: [Tensor(inputs[0].shape, slopes)])
    }
}
