/// Drops whole channels at random in training (`Dropout2D`); here, and when labelling, it does nothing.
package struct Dropout: GraphOperation {
    /// Of dropping a channel, in 0..<1.
    package let probability: Float

    func check() throws(GraphFault) {
        guard probability >= 0, probability < 1 else { throw GraphFault("the probability is \(probability)") }
    }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape { inputs[0] }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor { inputs[0] }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        OperationGradients(inputs: [gradient])
    }
}
