/// `ELU` of each float.
struct ELUOperation: GraphOperation {
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape { inputs[0] }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        var output = inputs[0]
        output.values.withUnsafeMutableBufferPointer { ELU.forward($0) }
        return output
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var slopes = gradient
        output.values.withUnsafeBufferPointer { output in
            slopes.values.withUnsafeMutableBufferPointer { ELU.backward(output: output, gradient: $0) }
        }
        return OperationGradients(inputs: [slopes])
    }
}
