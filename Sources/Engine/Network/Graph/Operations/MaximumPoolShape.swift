/// The largest of each k x k window; what lies outside of the map is in no window.
package struct MaximumPoolShape: GraphOperation {
    package let kernel: Int
    package let stride: Int
    /// On each of the four sides; at most half of the kernel, so that no window is empty.
    package let padding: Int

    func check() throws(GraphFault) {
        try require(kernel, "the kernel", in: 1...255)
        try require(stride, "the stride", in: 1...255)
        try require(padding, "the padding", in: 0...kernel / 2)
    }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let (channels, rows, columns) = try inputs[0].map()
        guard windows(rows) > 0, windows(columns) > 0 else {
            throw GraphFault("\(rows) x \(columns) is smaller than the window")
        }
        return try Shape([channels, windows(rows), windows(columns)])
    }

    /// Along an axis; 0 where the input is smaller than one.
    func windows(_ length: Int) -> Int {
        let room = length + 2 * padding - kernel
        return room < 0 ? 0 : room / stride + 1
    }

    /// What one of them covers of an axis.
    func window(_ position: Int, _ length: Int) -> Range<Int> {
        let from = position * stride - padding
        return max(0, from)..<min(length, from + kernel)
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let (shape, winners) = winners(inputs[0])
        return Tensor(shape, winners.map { inputs[0].values[$0] })
    }

    /// To the first of a window's largest, as in PyTorch.
    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var slopes = Tensor(zeros: inputs[0].shape)
        for (winner, slope) in zip(winners(inputs[0]).positions, gradient.values) { slopes.values[winner] += slope }
        return OperationGradients(inputs: [slopes])
    }

    /// Where in the input each window's largest is.
    private func winners(_ input: Tensor) -> (shape: Shape, positions: [Int]) {
        let shape = checkedShape([input])
        let (rows, columns) = (input.shape.extents[1], input.shape.extents[2])
        var positions: [Int] = []
        positions.reserveCapacity(shape.count)
        for channel in 0..<shape.extents[0] {
            for row in 0..<shape.extents[1] {
                for column in 0..<shape.extents[2] {
                    var best = -1
                    for y in window(row, rows) {
                        for x in window(column, columns) {
                            let place = (channel * rows + y) * columns + x
                            if best < 0 || input.values[place] > input.values[best] { best = place }
                        }
                    }
                    positions.append(best)
                }
            }
        }
        return (shape, positions)
    }
}
