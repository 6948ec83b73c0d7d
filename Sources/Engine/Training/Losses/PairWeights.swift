import Foundation

/// How strongly the predictions at two cells of one image's grid repel (positive) or attract (negative) each other,
/// from the cells' colours and distance (arXiv 2203.12459):
///
///     w_ij = g_ij tanh(mu + log((d_ij + e) / (1 - d_ij + e))), e = 1e-5
///     g_ij = exp(-0.5 (|pos_i - pos_j| / sigma)^2) / (2 pi sigma^2), or 1 / cells without a sigma
///
/// Its memory is kept from image to image: one object a thread.
///
/// `@unchecked Sendable`: used by one thread at a time.
final class PairWeights: @unchecked Sendable {
    /// d, of two colours with components in 0...1.
    enum ColourDistance: Sendable { case meanAbsolute, rootMeanSquare }

    let mu: Float
    /// In cells.
    let sigma: Float?
    let distance: ColourDistance
    private(set) var size = MapSize(height: 0, width: 0)
    /// w, symmetric with a diagonal of zeros, [cells, cells].
    private(set) var values = FloatBuffer(count: 0)
    /// sum_j w_ij, [cells]
    private(set) var sums = FloatBuffer(count: 0)

    /// Cells further apart than this along one axis have no weight: there, g has fallen to a millionth.
    var reach: Int {
        let whole = max(size.height, size.width)
        return sigma.map { min(whole, Int($0 * (2 * log(1e6)).squareRoot())) } ?? whole
    }

    /// - Precondition: `sigma` is positive.
    init(mu: Float, sigma: Float?, distance: ColourDistance = .meanAbsolute) {
        precondition(sigma.map { $0 > 0 } ?? true)
        self.mu = mu
        self.sigma = sigma
        self.distance = distance
    }

    /// Computes the weights of an image.
    ///
    /// Whole rows of the matrix at a time: although each pair is then visited twice, that is faster than writing its
    /// mirror image, as only one division a pair is left of the transcendental functions.
    /// - Parameters:
    ///   - colours: in 0...1, [components, cells]
    ///   - size: of the grid.
    func update(colours: UnsafePointer<Float>, components: Int = 3, size: MapSize) {
        let cells = size.count
        self.size = size
        if values.count < cells * cells { values = FloatBuffer(count: cells * cells) }
        if sums.count < cells { sums = FloatBuffer(count: cells) }
        sums.pointer.update(repeating: 0, count: cells)
        let reach = self.reach
        let (rowFactors, columnFactors) = gaussian(size: size, reach: reach)
        for cell in 0..<cells {
            let (y, x) = (cell / size.width, cell % size.width)
            let line = values.pointer + cell * cells
            let rows = max(0, y - reach)..<min(size.height, y + reach + 1)
            let window = rows.lowerBound * size.width..<rows.upperBound * size.width
            line.update(repeating: 0, count: cells)
            distances(of: cell, to: window, colours: colours, components: components, cells: cells, into: line)
            attraction(line + window.lowerBound, count: window.count)
            columnFactors.withUnsafeBufferPointer { factors in
                let factors = factors.baseAddress! + size.width - 1 - x
                for row in rows {
                    let (segment, rowFactor) = (line + row * size.width, rowFactors[abs(row - y)])
                    for column in 0..<size.width { segment[column] *= rowFactor * factors[column] }
                }
            }
            line[cell] = 0
            let total = sums.pointer
            for other in window { total[other] += line[other] }
        }
    }

    /// g as a product: one factor for every |dy|, and one for every dx from 1 - width to width - 1.
    private func gaussian(size: MapSize, reach: Int) -> (rows: [Float], columns: [Float]) {
        guard let sigma else {
            let rows = [Float](repeating: 1 / Float(size.count), count: size.height)
            return (rows, [Float](repeating: 1, count: 2 * size.width - 1))
        }
        func factor(_ distance: Int) -> Float {
            let ratio = Float(distance) / sigma
            return distance > reach ? 0 : exp(-0.5 * ratio * ratio)
        }
        let peak = 1 / (2 * Float.pi * sigma * sigma)
        return ((0..<size.height).map { peak * factor($0) }, (1 - size.width..<size.width).map { factor(abs($0)) })
    }

    private func distances(
        of cell: Int, to window: Range<Int>, colours: UnsafePointer<Float>, components: Int, cells: Int,
        into line: UnsafeMutablePointer<Float>
    ) {
        let share = 1 / Float(components)
        for component in 0..<components {
            let plane = colours + component * cells
            let own = plane[cell]
            switch distance {
            case .meanAbsolute: for other in window { line[other] += share * abs(plane[other] - own) }
            case .rootMeanSquare:
                for other in window { line[other] += share * (plane[other] - own) * (plane[other] - own) }
            }
        }
        if distance == .rootMeanSquare { for other in window { line[other] = line[other].squareRoot() } }
    }

    /// Replaces distances d by tanh(mu + log r) = (e^2mu r^2 - 1) / (e^2mu r^2 + 1), r = (d + e) / (1 - d + e).
    private func attraction(_ values: UnsafeMutablePointer<Float>, count: Int) {
        let factor = exp(2 * mu)
        let epsilon: Float = 1e-5
        for index in 0..<count {
            let near = values[index] + epsilon
            let far = 1 - values[index] + epsilon
            let (a, b) = (factor * near * near, far * far)
            values[index] = (a - b) / (a + b)
        }
    }
}

extension PairWeights {
    /// output_i = sum_j w_ij q_j in every channel, of some grid rows with all rows in their reach. Each sum runs over j in
    /// its order: a library's matrix product would give other bits on another processor, and is not faster for the few
    /// channels there are.
    /// - Parameters:
    ///   - predictions: q, [channels, cells]
    ///   - output: [channels, cells]
    func apply(to predictions: UnsafePointer<Float>, channels: Int, into output: UnsafeMutablePointer<Float>) {
        let cells = size.count
        let step = reach >= size.height - 1 ? size.height : max(1, 96 / size.width)
        for first in stride(from: 0, to: size.height, by: step) {
            let last = min(size.height, first + step)
            let from = max(0, first - reach) * size.width
            let to = min(size.height, last + reach) * size.width
            let columns = first * size.width..<last * size.width
            for channel in 0..<channels {
                addRows(
                    from..<to, factors: predictions + channel * cells, columns: columns,
                    into: output + channel * cells)
            }
        }
    }

    /// target_i = sum over rows j of factor_j w_ji.
    private func addRows(
        _ rows: Range<Int>, factors: UnsafePointer<Float>, columns: Range<Int>,
        into target: UnsafeMutablePointer<Float>
    ) {
        let cells = size.count
        let weights = UnsafePointer(values.pointer)
        for column in columns { target[column] = 0 }
        var row = rows.lowerBound
        // Four at a time halve what is read and written of the sums.
        while row + 4 <= rows.upperBound {
            let (a, b, c, d) = (factors[row], factors[row + 1], factors[row + 2], factors[row + 3])
            let line = weights + row * cells
            for column in columns {
                var sum = target[column] + a * line[column]
                sum += b * line[column + cells]
                sum += c * line[column + 2 * cells]
                target[column] = sum + d * line[column + 3 * cells]
            }
            row += 4
        }
        for row in row..<rows.upperBound {
            for column in columns { target[column] += factors[row] * weights[row * cells + column] }
        }
    }
}
