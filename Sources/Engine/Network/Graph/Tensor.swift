/// One image's value with its floats, the last extent varying fastest.
struct Tensor: Sendable, Equatable {
    let shape: Shape
    var values: [Float]

    init(_ shape: Shape, _ values: [Float]) {
        precondition(values.count == shape.count)
        (self.shape, self.values) = (shape, values)
    }

    init(zeros shape: Shape) { self.init(shape, [Float](repeating: 0, count: shape.count)) }

    /// Of each channel, the first extent.
    func sumsOverPixels() -> [Double] {
        let pixels = shape.count / shape.extents[0]
        return (0..<shape.extents[0]).map { channel in
            values[channel * pixels..<(channel + 1) * pixels].reduce(0) { $0 + Double($1) }
        }
    }

    /// The sum of two values of one shape.
    static func + (left: Tensor, right: Tensor) -> Tensor {
        Tensor(left.shape, zip(left.values, right.values).map { $0 + $1 })
    }
}
