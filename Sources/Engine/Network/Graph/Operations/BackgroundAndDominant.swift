/// Class maps [classes, rows, columns] to those that the pixel correlation carries, background first,
/// [1 + classes, rows, columns]: `DominantMaps`. A constant: nothing flows back.
struct BackgroundAndDominant: GraphOperation {
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let (channels, rows, columns) = try inputs[0].map()
        return try Shape([1 + channels, rows, columns])
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        var output = Tensor(zeros: checkedShape(inputs))
        let classes = inputs[0].shape.extents[0]
        DominantMaps.forward(
            logits: inputs[0].values, classes: classes, cells: inputs[0].shape.count / classes, into: &output.values)
        return output
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        OperationGradients(inputs: [nil])
    }
}
