/// A pixel grid divided into square cells, the last ones possibly smaller, with a border of cells outside the picture.
///
/// Cell planes are stored row-major with a border of `border` cells on each side, and at least 8 more on the right, so
/// that eight cells can be read from anywhere.
struct CellGrid: Sendable {
    let width: Int
    let height: Int
    let cellSize: Int
    let border: Int
    let columns: Int
    let rows: Int
    private let rowLength: Int

    init(width: Int, height: Int, cellSize: Int, border: Int) {
        precondition(cellSize > 0 && border >= 0)
        self.width = width
        self.height = height
        self.cellSize = cellSize
        self.border = border
        columns = (width + cellSize - 1) / cellSize
        rows = (height + cellSize - 1) / cellSize
        rowLength = columns + 2 * border + 8
    }

    /// Where a cell lies in a plane; columns and rows may lie up to `border` outside the picture.
    func index(column: Int, row: Int) -> Int { (row + border) * rowLength + column + border }

    /// The mean of each cell.
    ///
    /// - Parameters:
    ///   - outside: the value of the cells outside the picture.
    ///   - value: the value of a pixel, by its row-major index.
    @inline(__always)
    func cellMeans(outside: Float, value: (Int) -> Float) -> [Float] {
        var cells = [Float](repeating: outside, count: (rows + 2 * border) * rowLength)
        for row in 0..<rows {
            let ys = row * cellSize..<min((row + 1) * cellSize, height)
            for column in 0..<columns {
                let xs = column * cellSize..<min((column + 1) * cellSize, width)
                var sum: Float = 0
                for y in ys {
                    for x in xs { sum += value(y * width + x) }
                }
                cells[index(column: column, row: row)] = sum / Float(ys.count * xs.count)
            }
        }
        return cells
    }

    /// Adds a plane of cells, interpolated bilinearly between the centres of the cells, to the pixels of a map.
    ///
    /// - Parameter start: where the map begins in `pixels`.
    func addInterpolated(_ cells: [Float], to pixels: inout [Float], at start: Int) {
        let xs = taps(count: width, cells: columns)
        for (y, vertical) in taps(count: height, cells: rows).enumerated() {
            let upper = index(column: 0, row: vertical.first)
            let lower = index(column: 0, row: vertical.second)
            let line = start + y * width
            for (x, horizontal) in xs.enumerated() {
                let top = mix(cells[upper + horizontal.first], cells[upper + horizontal.second], horizontal.share)
                let bottom = mix(cells[lower + horizontal.first], cells[lower + horizontal.second], horizontal.share)
                pixels[line + x] += mix(top, bottom, vertical.share)
            }
        }
    }

    /// The two cells around each pixel of a row or column and the share of the second; constant beyond the outermost
    /// cell centres.
    private func taps(count: Int, cells: Int) -> [(first: Int, second: Int, share: Float)] {
        (0..<count).map { pixel in
            let position = (Float(pixel) + 0.5) / Float(cellSize) - 0.5
            let clamped = min(max(position, 0), Float(cells - 1))
            let first = Int(clamped)
            return (first, min(first + 1, cells - 1), clamped - Float(first))
        }
    }

    private func mix(_ a: Float, _ b: Float, _ share: Float) -> Float { a + (b - a) * share }
}
