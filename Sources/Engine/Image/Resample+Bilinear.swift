extension Resample {
    /// Adds a bilinearly resampled plane to another: `destination += resize(source)`.
    ///
    /// Sample centres lie at +0.5 and edges are clamped, without antialiasing: PyTorch's
    /// `interpolate(mode: "bilinear", align_corners: false)`.
    ///
    /// - Parameters:
    ///   - source: row-major, `width * height` values.
    ///   - destination: row-major, `toWidth * toHeight` values, added to.
    ///   - flippedHorizontally: adds the mirror image of the resampled plane.
    /// - Precondition: the counts fit, sizes positive.
    public static func bilinear(
        _ source: UnsafeBufferPointer<Float>, width: Int, height: Int, toWidth: Int, toHeight: Int,
        addingInto destination: UnsafeMutableBufferPointer<Float>, flippedHorizontally: Bool = false
    ) {
        precondition(width > 0 && height > 0 && toWidth > 0 && toHeight > 0)
        precondition(source.count == width * height && destination.count == toWidth * toHeight)
        guard let source = source.baseAddress, let destination = destination.baseAddress else { return }

        let columns = (0..<toWidth).map { x in
            LinearTap(at: flippedHorizontally ? toWidth - 1 - x : x, from: width, to: toWidth)
        }
        // The two source rows around an output row, resampled horizontally; most output rows share them.
        let upper = UnsafeMutablePointer<Float>.allocate(capacity: toWidth)
        let lower = UnsafeMutablePointer<Float>.allocate(capacity: toWidth)
        defer {
            upper.deallocate()
            lower.deallocate()
        }
        var kept = (upper: -1, lower: -1)
        for y in 0..<toHeight {
            let tap = LinearTap(at: y, from: height, to: toHeight)
            if kept != (tap.first, tap.second) {
                resampleRow(source + tap.first * width, columns, into: upper)
                resampleRow(source + tap.second * width, columns, into: lower)
                kept = (tap.first, tap.second)
            }
            let (a, b) = (1 - tap.fraction, tap.fraction)
            let row = destination + y * toWidth
            for x in 0..<toWidth { row[x] += upper[x] * a + lower[x] * b }
        }
    }

    private static func resampleRow(
        _ row: UnsafePointer<Float>, _ columns: [LinearTap], into target: UnsafeMutablePointer<Float>
    ) {
        columns.withUnsafeBufferPointer { columns in
            for x in 0..<columns.count {
                let tap = columns[x]
                target[x] = row[tap.first] * (1 - tap.fraction) + row[tap.second] * tap.fraction
            }
        }
    }
}

/// The two input samples around an output sample, and how far it lies towards the second.
private struct LinearTap {
    let first: Int
    let second: Int
    let fraction: Float

    init(at index: Int, from input: Int, to output: Int) {
        let position = max(0, Float(input) / Float(output) * (Float(index) + 0.5) - 0.5)
        first = min(Int(position), input - 1)
        second = min(first + 1, input - 1)
        fraction = position - Float(first)
    }
}
