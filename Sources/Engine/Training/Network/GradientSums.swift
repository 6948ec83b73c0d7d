/// One layer's gradients as the kernels add them up: weights [blocks of outputs, columns, lanes] and bias [blocks, lanes],
/// a column being what one weight of an output stands at (an input channel, a tap).
struct GradientSums {
    let weights: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    let layout: Layout

    struct Layout {
        let outputs: Int
        let columns: Int
        /// With those that the kernels fill because they work in whole blocks.
        let storedColumns: Int
        let lanes: Int

        /// Of a dense layer.
        init(outputs: Int, inputs: Int, lanes: Int) {
            (self.outputs, columns, self.lanes) = (outputs, inputs, lanes)
            storedColumns = BlockedMap.blocks(inputs, lanes: lanes) * lanes
        }

        /// Of a depthwise one.
        init(channels: Int, taps: Int, lanes: Int) {
            (outputs, columns, storedColumns, self.lanes) = (channels, taps, taps, lanes)
        }

        var block: Int { storedColumns * lanes }
        var weightFloats: Int { BlockedMap.blocks(outputs, lanes: lanes) * block }
        var floats: Int { weightFloats + BlockedMap.blocks(outputs, lanes: lanes) * lanes }
    }

    /// - Parameter pointer: `layout.floats` floats.
    init(_ layout: Layout, at pointer: UnsafeMutablePointer<Float>) {
        self.layout = layout
        weights = pointer
        bias = pointer + layout.weightFloats
    }

    /// Adds the weights' gradient to rows [outputs, columns].
    /// - Parameter factors: of the columns, or nil for 1.
    func addWeights(to rows: UnsafeMutablePointer<Float>, factors: [Float]? = nil) {
        for output in 0..<layout.outputs {
            let source = weights + output / layout.lanes * layout.block + output % layout.lanes
            let row = rows + output * layout.columns
            if let factors {
                for column in 0..<layout.columns { row[column] += factors[column] * source[column * layout.lanes] }
            } else {
                for column in 0..<layout.columns { row[column] += source[column * layout.lanes] }
            }
        }
    }

    /// Adds the bias' gradient to [outputs].
    func addBias(to values: UnsafeMutablePointer<Float>) {
        for output in 0..<layout.outputs { values[output] += bias[output] }
    }
}
