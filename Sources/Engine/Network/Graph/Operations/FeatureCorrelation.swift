/// The pixel correlation of SEAM (CVPR 2020): maps are carried between cells whose features point the same way.
///
///     d = f / (|f| + e) at every cell, U = relu(d^T d), A_ij = U_ij / (sum_i U_ij + e), output = maps A, e = 1e-5
///
/// Inputs are the features [channels, rows, columns] and the maps [maps, rows, columns], the output is as the maps.
struct FeatureCorrelation: GraphOperation {
    var inputCounts: ClosedRange<Int> { 2...2 }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let (features, maps) = (try inputs[0].map(), try inputs[1].map())
        guard (features.rows, features.columns) == (maps.rows, maps.columns) else {
            throw GraphFault("correlates features of \(inputs[0]) with maps of \(inputs[1])")
        }
        // All pairs of cells have to fit.
        _ = try Shape([features.rows * features.columns, maps.rows * maps.columns])
        return inputs[1]
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let pairs = CellCorrelation(inputs[0])
        let (cells, maps) = (pairs.cells, inputs[1].values)
        var output = [Float](repeating: 0, count: maps.count)
        for start in stride(from: 0, to: maps.count, by: cells) {
            for column in 0..<cells {
                output[start + column] = Float(
                    (0..<cells).reduce(0) { $0 + Double(maps[start + $1]) * pairs.affinity[$1 * cells + column] })
            }
        }
        return Tensor(inputs[1].shape, output)
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        let pairs = CellCorrelation(inputs[0])
        let (cells, maps, slopes) = (pairs.cells, inputs[1].values, gradient.values)
        // dL/dmaps = dL/doutput A^T, dL/dA = maps^T dL/doutput.
        var mapSlopes = [Float](repeating: 0, count: maps.count)
        var pairSlopes = [Double](repeating: 0, count: cells * cells)
        for start in stride(from: 0, to: maps.count, by: cells) {
            for row in 0..<cells {
                var sum = 0.0
                for column in 0..<cells {
                    let slope = Double(slopes[start + column])
                    sum += slope * pairs.affinity[row * cells + column]
                    pairSlopes[row * cells + column] += Double(maps[start + row]) * slope
                }
                mapSlopes[start + row] = Float(sum)
            }
        }
        return OperationGradients(
            inputs: [
                Tensor(inputs[0].shape, pairs.featureSlopes(pairSlopes)), Tensor(inputs[1].shape, mapSlopes),
            ])
    }
}
