/// Maps on the grid of another value, [channels, rows and columns of the second]: `AlignedResize`.
///
/// Of the second input, only the extents are read.
struct GridResize: GraphOperation {
    var inputCounts: ClosedRange<Int> { 2...2 }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let (maps, grid) = (try inputs[0].map(), try inputs[1].map())
        return try Shape([maps.channels, grid.rows, grid.columns])
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        var output = Tensor(zeros: checkedShape(inputs))
        resize(inputs[0].shape, output.shape).forward(
            inputs[0].values, channels: output.shape.extents[0], into: &output.values)
        return output
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var slopes = Tensor(zeros: inputs[0].shape)
        resize(inputs[0].shape, output.shape).backward(
            gradient.values, channels: output.shape.extents[0], gradient: &slopes.values)
        return OperationGradients(inputs: [slopes, nil])
    }

    private func resize(_ input: Shape, _ output: Shape) -> AlignedResize {
        func size(_ shape: Shape) -> MapSize { MapSize(height: shape.extents[1], width: shape.extents[2]) }
        return AlignedResize(from: size(input), to: size(output))
    }
}
