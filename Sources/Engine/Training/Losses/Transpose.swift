/// Transposed copies for matrix products, row-major.
enum Transpose {
    /// Rows and columns copied at a time, so that both sides stay in the first-level cache.
    private static let tile = 16

    /// - Parameter matrix: [rows, columns]
    /// - Returns: [columns, rows]
    static func of(_ matrix: UnsafePointer<Float>, rows: Int, columns: Int) -> FloatBuffer {
        let result = FloatBuffer(count: rows * columns)
        let target = result.pointer
        for top in stride(from: 0, to: rows, by: tile) {
            for left in stride(from: 0, to: columns, by: tile) {
                for row in top..<min(rows, top + tile) {
                    for column in left..<min(columns, left + tile) {
                        target[column * rows + row] = matrix[row * columns + column]
                    }
                }
            }
        }
        return result
    }

    /// D + D^T of a square matrix, in place, [order, order].
    static func addTransposed(_ matrix: UnsafeMutablePointer<Float>, order: Int) {
        for top in stride(from: 0, to: order, by: tile) {
            for left in stride(from: top, to: order, by: tile) {
                for row in top..<min(order, top + tile) {
                    for column in max(row, left)..<max(row, min(order, left + tile)) {
                        let sum = matrix[row * order + column] + matrix[column * order + row]
                        matrix[row * order + column] = sum
                        matrix[column * order + row] = sum
                    }
                }
            }
        }
    }
}
