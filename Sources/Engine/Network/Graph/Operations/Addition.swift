/// The sum of values of one shape.
struct Addition: GraphOperation {
    var inputCounts: ClosedRange<Int> { 2...64 }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        if let other = inputs.first(where: { $0 != inputs[0] }) { throw GraphFault("adds \(inputs[0]) and \(other)") }
        return inputs[0]
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        inputs[1...].reduce(inputs[0], +)
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        OperationGradients(inputs: inputs.map { _ in gradient })
    }
}
