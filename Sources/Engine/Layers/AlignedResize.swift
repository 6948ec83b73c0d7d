/// Bilinear resize of maps in which the centres of the corner cells coincide: PyTorch's
/// `interpolate(mode: "bilinear", align_corners: true)`, and its adjoint.
struct AlignedResize {
    private let source: MapSize
    private let target: MapSize
    private let rows: [Tap]
    private let columns: [Tap]

    /// The two source cells around a target cell, and how far it lies towards the second.
    private struct Tap {
        let first: Int
        let second: Int
        let fraction: Float

        init(at index: Int, from input: Int, to output: Int) {
            let position = output > 1 ? Float(input - 1) / Float(output - 1) * Float(index) : 0
            first = min(Int(position), input - 1)
            second = min(first + 1, input - 1)
            fraction = position - Float(first)
        }
    }

    /// - Precondition: both grids have a cell.
    init(from source: MapSize, to target: MapSize) {
        precondition(source.count > 0 && target.count > 0)
        self.source = source
        self.target = target
        rows = (0..<target.height).map { Tap(at: $0, from: source.height, to: target.height) }
        columns = (0..<target.width).map { Tap(at: $0, from: source.width, to: target.width) }
    }

    /// - Parameters:
    ///   - maps: [channels, source cells]
    ///   - output: [channels, target cells]
    func forward(_ maps: UnsafePointer<Float>, channels: Int, into output: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            let map = maps + channel * source.count
            for (y, row) in rows.enumerated() {
                let (upper, lower) = (map + row.first * source.width, map + row.second * source.width)
                let line = output + channel * target.count + y * target.width
                for (x, column) in columns.enumerated() {
                    let above = upper[column.first] + column.fraction * (upper[column.second] - upper[column.first])
                    let below = lower[column.first] + column.fraction * (lower[column.second] - lower[column.first])
                    line[x] = above + row.fraction * (below - above)
                }
            }
        }
    }

    /// - Parameters:
    ///   - outputGradient: [channels, target cells]
    ///   - gradient: with respect to the maps, [channels, source cells]; added to.
    func backward(
        _ outputGradient: UnsafePointer<Float>, channels: Int, gradient: UnsafeMutablePointer<Float>
    ) {
        for channel in 0..<channels {
            let map = gradient + channel * source.count
            for (y, row) in rows.enumerated() {
                let (upper, lower) = (map + row.first * source.width, map + row.second * source.width)
                let line = outputGradient + channel * target.count + y * target.width
                for (x, column) in columns.enumerated() {
                    let below = row.fraction * line[x]
                    let above = line[x] - below
                    upper[column.first] += (1 - column.fraction) * above
                    upper[column.second] += column.fraction * above
                    lower[column.first] += (1 - column.fraction) * below
                    lower[column.second] += column.fraction * below
                }
            }
        }
    }
}
