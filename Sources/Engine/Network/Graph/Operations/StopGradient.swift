/// The value itself, as a constant: nothing flows back through it.
struct StopGradient: GraphOperation {
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape { inputs[0] }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor { inputs[0] }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        OperationGradients(inputs: [nil])
    }
}
