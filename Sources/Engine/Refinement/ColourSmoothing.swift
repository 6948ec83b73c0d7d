/// Smoothing of class maps over pixels of similar colour nearby: the weights of the feature similarity loss, applied at
/// inference.
///
/// In that loss two pixels with the mean absolute colour difference d in [0, 1] pull their predictions together where
/// tanh(mu + log(d / (1 - d))) is negative. Here each value becomes the mean of its neighbours, weighted by this pull
/// times a Gaussian of their distance; the push of differing colours is left out (it measured worse).
///
/// Works on square cells of the image; the map is brought back to full size by adding the interpolated change.
public struct ColourSmoothing: Sendable {
    public struct Parameters: Sendable, Equatable {
        /// Side of a cell in pixels.
        public var cellSize: Int
        /// mu: the pull ends where log(d / (1 - d)) = -mu.
        public var threshold: Float
        /// Standard deviation of the distance weight, in cells.
        public var positionDeviation: Float

        public init(cellSize: Int, threshold: Float, positionDeviation: Float) {
            self.cellSize = cellSize
            self.threshold = threshold
            self.positionDeviation = positionDeviation
        }
    }

    /// Neighbours further away than this many standard deviations are left out.
    static let reach: Float = 2
    /// The epsilon of the feature similarity loss.
    private static let epsilon: Float = 1e-5
    /// Colour of the cells outside the image: so far from any colour that the pull is 0.
    private static let outside: Float = 1e3

    private let parameters: Parameters
    private let grid: CellGrid
    private let radius: Int
    /// Red, green and blue of the cells in [0, 1], with a border of `radius` cells.
    private let colours: [[Float]]

    public init(image: RGBImage, parameters: Parameters) {
        self.parameters = parameters
        radius = Int((parameters.positionDeviation * Self.reach).rounded(.up))
        let grid = CellGrid(width: image.width, height: image.height, cellSize: parameters.cellSize, border: radius)
        self.grid = grid
        colours = image.pixels.withUnsafeBufferPointer { pixels in
            (0..<3).map { channel in
                grid.cellMeans(outside: Self.outside) { Float(pixels[$0 * 3 + channel]) / 255 }
            }
        }
    }

    /// Smooths each map by itself.
    public func smooth(_ maps: ClassMaps) -> ClassMaps {
        var result = maps
        guard !maps.classes.isEmpty else { return maps }
        let cells = maps.classes.indices.map { map in
            let start = maps.range(ofMap: map).lowerBound
            return maps.values.withUnsafeBufferPointer { values in
                grid.cellMeans(outside: 0) { values[start + $0] }
            }
        }
        let smoothed = weightedMeans(of: cells)
        for map in maps.classes.indices {
            let change = zip(smoothed[map], cells[map]).map { $0 - $1 }
            grid.addInterpolated(change, to: &result.values, at: maps.range(ofMap: map).lowerBound)
        }
        return result
    }

    private func weightedMeans(of maps: [[Float]]) -> [[Float]] {
        typealias Lanes = SIMD8<Float>
        var result = maps
        let kernel = distanceWeights()
        // -tanh(mu + log r) = (1 - k r^2) / (1 + k r^2) with r = (d + e) / (1 - d + e), k = exp(2 mu).
        let k = Lanes.exponential(2 * parameters.threshold)
        for row in 0..<grid.rows {
            for column in stride(from: 0, to: grid.columns, by: Lanes.scalarCount) {
                let centre = grid.index(column: column, row: row)
                let red = colours[0].lanes(at: centre)
                let green = colours[1].lanes(at: centre)
                let blue = colours[2].lanes(at: centre)
                var total = Lanes()
                var sums = [Lanes](repeating: Lanes(), count: maps.count)
                for (distance, weight) in kernel {
                    let cell = centre + distance
                    let difference =
                        ((red - colours[0].lanes(at: cell)).magnitudes + (green - colours[1].lanes(at: cell)).magnitudes
                            + (blue - colours[2].lanes(at: cell)).magnitudes) / 3
                    let near = 1 - difference + Self.epsilon
                    let far = difference + Self.epsilon
                    let similar = near * near
                    let different = far * far * k
                    var pull = (similar - different) / (similar + different)
                    pull.replace(with: 0, where: .!(pull .> 0))
                    pull *= weight
                    total += pull
                    for map in maps.indices { sums[map] += pull * maps[map].lanes(at: cell) }
                }
                for map in maps.indices {
                    let mean = sums[map] / total
                    for lane in 0..<min(Lanes.scalarCount, grid.columns - column) {
                        result[map][centre + lane] = mean[lane]
                    }
                }
            }
        }
        return result
    }

    /// Offsets between cell indices and the Gaussian of their distance.
    private func distanceWeights() -> [(distance: Int, weight: Float)] {
        let scale = -0.5 / (parameters.positionDeviation * parameters.positionDeviation)
        var weights: [(distance: Int, weight: Float)] = []
        for y in -radius...radius {
            for x in -radius...radius where x * x + y * y <= radius * radius {
                let power = SIMD8<Float>.exponential(Float(x * x + y * y) * scale)
                weights.append((grid.index(column: x, row: y) - grid.index(column: 0, row: 0), power))
            }
        }
        return weights
    }
}

extension SIMD8<Float> {
    fileprivate static func exponential(_ x: Float) -> Float { Logistic.exponential(SIMD8(repeating: x))[0] }

    fileprivate var magnitudes: Self { replacing(with: -self, where: self .< 0) }
}

extension [Float] {
    @inline(__always)
    fileprivate func lanes(at index: Int) -> SIMD8<Float> {
        precondition(index >= 0 && index + 8 <= count)
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self) }
    }
}
