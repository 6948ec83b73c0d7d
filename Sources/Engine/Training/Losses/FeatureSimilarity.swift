import Foundation

/// The feature similarity loss of one image (arXiv 2203.12459, 2304.02621):
/// L = -(1 / cells) sum_ij w_ij 0.5 |q_i - q_j|^2 over all pairs of cells, with the weights of `PairWeights`.
///
/// Cells of similar colour pull their predictions together, cells of different colour push them apart.
enum FeatureSimilarity {
    /// From the symmetry of w, sum_ij w_ij 0.5 |q_i - q_j|^2 = sum_i q_i . (q_i sum_j w_ij - sum_j w_ij q_j), and the
    /// bracket is half the gradient: one matrix product for both.
    ///
    /// - Parameters:
    ///   - predictions: q, [channels, cells]
    ///   - pairs: of the image, on the same grid.
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: [channels, cells]; weight * dLoss/dq is added.
    /// - Returns: The loss, unweighted.
    static func loss(
        predictions: UnsafePointer<Float>, channels: Int, pairs: PairWeights, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let cells = pairs.size.count
        let pull = FloatBuffer(count: channels * cells)
        pairs.apply(to: predictions, channels: channels, into: pull.pointer)
        let share = -2 * weight / Float(cells)
        let sums = pairs.sums.pointer
        var total = 0.0
        for channel in 0..<channels {
            let (q, pull) = (predictions + channel * cells, pull.pointer + channel * cells)
            let target = gradient + channel * cells
            for cell in 0..<cells {
                pull[cell] = sums[cell] * q[cell] - pull[cell]
                target[cell] += share * pull[cell]
            }
            for cell in 0..<cells { total += Double(q[cell] * pull[cell]) }
        }
        return Float(-total / Double(cells))
    }

    /// The definition, pair by pair in double precision: the oracle of `loss`.
    /// - Parameters:
    ///   - predictions: q, [channels, cells]
    ///   - colours: in 0...1, [components, cells]
    ///   - parameters: mu, sigma and colour distance; its weights are not used.
    /// - Returns: Loss and dLoss/dq, [channels, cells].
    static func naive(
        predictions: [Float], colours: [Float], size: MapSize, parameters: PairWeights
    ) -> (loss: Double, gradient: [Double]) {
        let cells = size.count
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: predictions.count)
        for i in 0..<cells {
            for j in 0..<cells {
                let w = naiveWeight(i, j, colours: colours, size: size, parameters: parameters) / Double(cells)
                for channel in stride(from: 0, to: predictions.count, by: cells) {
                    let difference = Double(predictions[channel + i] - predictions[channel + j])
                    loss -= w * 0.5 * difference * difference
                    gradient[channel + i] -= w * difference
                    gradient[channel + j] += w * difference
                }
            }
        }
        return (loss, gradient)
    }

    private static func naiveWeight(
        _ i: Int, _ j: Int, colours: [Float], size: MapSize, parameters: PairWeights
    ) -> Double {
        let differences = stride(from: 0, to: colours.count, by: size.count).map { plane in
            Double(abs(colours[plane + i] - colours[plane + j]))
        }
        let count = Double(differences.count)
        let d: Double =
            switch parameters.distance {
            case .meanAbsolute: differences.reduce(0, +) / count
            case .rootMeanSquare: (differences.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
            }
        let attraction = tanh(Double(parameters.mu) + log((d + 1e-5) / (1 - d + 1e-5)))
        guard let sigma = parameters.sigma.map(Double.init) else { return attraction / Double(size.count) }
        let dy = Double(i / size.width - j / size.width)
        let dx = Double(i % size.width - j % size.width)
        return attraction * exp(-0.5 * (dy * dy + dx * dx) / (sigma * sigma)) / (2 * Double.pi * sigma * sigma)
    }
}
