extension Activation: GraphOperation {
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape { inputs[0] }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        Tensor(inputs[0].shape, inputs[0].values.map { max(low, min(high, $0)) })
    }

    /// At a bend the slope is that of the flat side, as in PyTorch.
    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        let slopes = zip(inputs[0].values, gradient.values).map { $0 > low && $0 < high ? $1 : 0 }
        return OperationGradients(inputs: [Tensor(inputs[0].shape, slopes)])
    }
}
