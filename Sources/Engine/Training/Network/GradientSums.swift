/// One layer's gradients as the kernels add them up: weights [blocks of outputs, taps, inputs, lanes] and bias
/// [blocks, lanes].
struct GradientSums {
    let weights: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    let layout: Layout

    struct Layout {
        let outputs: Int
        /// Of an output's weights: [inputs, taps] in the parameters.
        let columns: Int
        let taps: Int
        let lanes: Int
        /// Of a tap, with those that the kernels fill because they work in whole blocks, or in several groups at once.
        let storedInputs: Int
        /// By output: where its inputs begin among the stored ones; nil for 0.
        private let firstInputs: [Int]?

        /// Of a dense layer.
        init(outputs: Int, inputs: Int, taps: Int = 1, lanes: Int) {
            (self.outputs, columns, self.taps, self.lanes) = (outputs, inputs * taps, taps, lanes)
            storedInputs = BlockedMap.blocks(inputs, lanes: lanes) * lanes
            firstInputs = nil
        }

        /// Of a depthwise one, or of a norm: each tap stands as an input does.
        init(channels: Int, taps: Int, lanes: Int) {
            (outputs, columns, self.taps, self.lanes) = (channels, taps, 1, lanes)
            (storedInputs, firstInputs) = (taps, nil)
        }

        /// Of a convolution in groups.
        /// - Parameters:
        ///   - inputs: of one group.
        ///   - stored: of each product.
        ///   - firstInputs: by output.
        init(outputs: Int, inputs: Int, taps: Int, lanes: Int, stored: Int, firstInputs: [Int]) {
            (self.outputs, columns, self.taps, self.lanes) = (outputs, inputs * taps, taps, lanes)
            (storedInputs, self.firstInputs) = (stored, firstInputs)
        }

        var block: Int { taps * storedInputs * lanes }
        var weightFloats: Int { BlockedMap.blocks(outputs, lanes: lanes) * block }
        var floats: Int { weightFloats + BlockedMap.blocks(outputs, lanes: lanes) * lanes }

        fileprivate func firstInput(_ output: Int) -> Int { firstInputs?[output] ?? 0 }
    }

    /// - Parameter pointer: `layout.floats` floats.
    init(_ layout: Layout, at pointer: UnsafeMutablePointer<Float>) {
        self.layout = layout
        weights = pointer
        bias = pointer + layout.weightFloats
    }

    /// Adds the weights' gradient to rows [outputs, inputs, taps].
    /// - Parameter factors: of the columns, or nil for 1.
    func addWeights(to rows: UnsafeMutablePointer<Float>, factors: [Float]? = nil) {
        let (lanes, taps, columns) = (layout.lanes, layout.taps, layout.columns)
        for output in 0..<layout.outputs {
            let source =
                weights + output / lanes * layout.block + output % lanes + layout.firstInput(output) * lanes
            let row = rows + output * columns
            if let factors {
                for column in 0..<columns { row[column] += factors[column] * source[column * lanes] }
            } else if taps == 1 {
                for column in 0..<columns { row[column] += source[column * lanes] }
            } else {
                for tap in 0..<taps {
                    let source = source + tap * layout.storedInputs * lanes
                    for input in 0..<columns / taps { row[input * taps + tap] += source[input * lanes] }
                }
            }
        }
    }

    /// Adds the bias' gradient to [outputs].
    func addBias(to values: UnsafeMutablePointer<Float>) {
        for output in 0..<layout.outputs { values[output] += bias[output] }
    }
}
