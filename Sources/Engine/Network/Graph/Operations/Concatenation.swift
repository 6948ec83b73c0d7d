/// Values behind each other along their first extent: of feature maps, all channels of one grid.
struct Concatenation: GraphOperation {
    var inputCounts: ClosedRange<Int> { 2...64 }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let rest = inputs[0].extents.dropFirst()
        if let other = inputs.first(where: { $0.extents.dropFirst() != rest }) {
            throw GraphFault("concatenates \(inputs[0]) and \(other)")
        }
        // Each is at most 2^31, and there are few.
        return try Shape([inputs.reduce(0) { $0 + $1.extents[0] }] + rest)
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        Tensor(checkedShape(inputs), inputs.flatMap(\.values))
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var start = 0
        return OperationGradients(
            inputs: inputs.map { input in
                defer { start += input.shape.count }
                return Tensor(input.shape, Array(gradient.values[start..<start + input.shape.count]))
            })
    }
}
