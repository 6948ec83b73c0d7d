/// The affinity of all pairs of cells by their features, in double precision: A of `FeatureCorrelation`, and its
/// backward.
struct CellCorrelation {
    let cells: Int
    /// A, [cells, cells]
    private(set) var affinity: [Double]
    /// d, [channels, cells]
    private let directions: [Double]
    /// |f|, [cells]
    private let lengths: [Double]
    /// sum_i U_ij + e, [cells]
    private var columnSums: [Double]

    private static let epsilon = 1e-5

    /// - Parameter features: f, [channels, rows, columns]
    init(_ features: Tensor) {
        let cells = features.shape.count / features.shape.extents[0]
        var squares = [Double](repeating: 0, count: cells)
        for (index, value) in features.values.enumerated() { squares[index % cells] += Double(value) * Double(value) }
        let lengths = squares.map { $0.squareRoot() }
        let directions = features.values.enumerated().map {
            Double($1) / (lengths[$0 % cells] + CellCorrelation.epsilon)
        }
        (self.cells, self.lengths, self.directions) = (cells, lengths, directions)
        affinity = [Double](repeating: 0, count: cells * cells)
        columnSums = [Double](repeating: CellCorrelation.epsilon, count: cells)
        for start in stride(from: 0, to: directions.count, by: cells) {
            for row in 0..<cells {
                for column in 0..<cells {
                    affinity[row * cells + column] += directions[start + row] * directions[start + column]
                }
            }
        }
        for index in affinity.indices {
            affinity[index] = max(0, affinity[index])
            columnSums[index % cells] += affinity[index]
        }
        for index in affinity.indices { affinity[index] /= columnSums[index % cells] }
    }

    /// - Parameter slopes: dL/dA, [cells, cells]
    /// - Returns: dL/df, [channels, cells]
    func featureSlopes(_ slopes: [Double]) -> [Float] {
        let products = productSlopes(slopes)
        var made = [Float](repeating: 0, count: directions.count)
        // d stands on both sides of d^T d: dL/dd = d D + d D^T.
        var directionSlopes = [Double](repeating: 0, count: directions.count)
        for start in stride(from: 0, to: directions.count, by: cells) {
            for row in 0..<cells {
                for column in 0..<cells {
                    let slope = products[row * cells + column]
                    directionSlopes[start + column] += directions[start + row] * slope
                    directionSlopes[start + row] += directions[start + column] * slope
                }
            }
        }
        // dL/df = (dL/dd - d (d . dL/dd) (|f| + e) / |f|) / (|f| + e)
        for cell in 0..<cells {
            let (length, places) = (lengths[cell], stride(from: cell, to: directions.count, by: cells))
            var along = places.reduce(0) { $0 + directions[$1] * directionSlopes[$1] }
            along *= length > 0 ? (length + CellCorrelation.epsilon) / length : 0
            for place in places {
                made[place] = Float(
                    (directionSlopes[place] - directions[place] * along) / (length + CellCorrelation.epsilon))
            }
        }
        return made
    }

    /// dL/dU_ij = (dL/dA_ij - sum_k dL/dA_kj A_kj) / (sum_k U_kj + e); zero where U is.
    private func productSlopes(_ slopes: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: cells)
        for index in affinity.indices { sums[index % cells] += slopes[index] * affinity[index] }
        return affinity.indices.map { index in
            affinity[index] > 0 ? (slopes[index] - sums[index % cells]) / columnSums[index % cells] : 0
        }
    }
}
