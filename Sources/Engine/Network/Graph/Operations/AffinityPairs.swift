/// The pairs of cells of a grid that AffinityNet (CVPR 2018) compares: each cell with those within a radius that come
/// after it, row by row. Cells too near to the border for the whole half disc are compared from the other side alone.
struct AffinityPairs {
    let rows: Int
    let columns: Int
    /// Smaller than the one asked for on small grids.
    let radius: Int
    /// From a cell to those that it is compared with: along its row, then row by row.
    let offsets: [(down: Int, across: Int)]

    /// Cells of the smallest grid along its shorter side.
    static let minimumEdge = 5

    /// - Throws: for grids smaller than `minimumEdge`.
    init(radius: Int, rows: Int, columns: Int) throws(GraphFault) {
        let edge = min(rows, columns)
        guard edge >= AffinityPairs.minimumEdge else {
            throw GraphFault("\(rows) x \(columns) cells, fewer than \(AffinityPairs.minimumEdge) on a side")
        }
        let radius = min(radius, (edge - 1) / 2)
        var offsets = (1..<radius).map { (down: 0, across: $0) }
        for down in 1..<radius {
            for across in 1 - radius..<radius where across * across + down * down < radius * radius {
                offsets.append((down, across))
            }
        }
        (self.rows, self.columns, self.radius, self.offsets) = (rows, columns, radius, offsets)
    }

    /// Of the cells that pairs start at.
    var fromRows: Int { rows - (radius - 1) }
    var fromColumns: Int { columns - 2 * (radius - 1) }

    /// - Parameter body: of a pair's number, offset by offset and within it cell by cell, and its two cells.
    func each(_ body: (_ pair: Int, _ from: Int, _ to: Int) -> Void) {
        var pair = 0
        for offset in offsets {
            for row in 0..<fromRows {
                for column in radius - 1..<radius - 1 + fromColumns {
                    body(pair, row * columns + column, (row + offset.down) * columns + column + offset.across)
                    pair += 1
                }
            }
        }
    }

    /// The symmetric matrix of all cells, [cells, cells]: 1 on the diagonal, 0 where no pair is.
    /// - Parameter affinities: of the pairs, [offsets, fromRows, fromColumns].
    func matrix(_ affinities: [Float]) -> [Float] {
        let cells = rows * columns
        var matrix = [Float](repeating: 0, count: cells * cells)
        for cell in 0..<cells { matrix[cell * cells + cell] = 1 }
        each { pair, from, to in
            matrix[from * cells + to] = affinities[pair]
            matrix[to * cells + from] = affinities[pair]
        }
        return matrix
    }
}
