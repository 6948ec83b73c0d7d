/// Where a depthwise layer's input rows lie: row y at y modulo `rows`, each behind and before zero pixels, so that no
/// tap asks where the picture ends.
struct RingGeometry {
    let input: MapSize
    let output: MapSize
    let padTop: Int
    let padLeft: Int
    /// Pixels a row, padding included.
    let paddedWidth: Int
    let rows: Int
    let lanes: Int
    private let layer: (kernel: Int, stride: Int, dilation: Int)
    private var reach: Int { (layer.kernel - 1) * layer.dilation + 1 }

    /// - Parameter outputRows: filtered at a time.
    init(_ layer: BlockedDepthwise, input: MapSize, outputRows: Int) {
        let vertical = SamePadding(
            input: input.height, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation)
        let horizontal = SamePadding(
            input: input.width, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation)
        let reach = (layer.kernel - 1) * layer.dilation + 1
        self.input = input
        output = MapSize(height: vertical.output, width: horizontal.output)
        padTop = vertical.leading
        padLeft = horizontal.leading
        paddedWidth = max(padLeft + input.width, (output.width - 1) * layer.stride + reach)
        rows = min(input.height, (outputRows - 1) * layer.stride + reach)
        lanes = layer.lanes
        self.layer = (layer.kernel, layer.stride, layer.dilation)
    }

    /// Of the output's gradient, as the input's gradient reads it: all rows, each between as many zero pixels as the first
    /// and the last input pixel's taps reach.
    init(gradientOf geometry: RingGeometry) {
        let layer = geometry.layer
        let span = geometry.reach - 1
        input = geometry.output
        output = geometry.input
        padTop = span - geometry.padTop
        padLeft = (span - geometry.padLeft) / layer.stride
        paddedWidth = padLeft + max(input.width, (output.width - 1 + geometry.padLeft) / layer.stride + 1)
        rows = input.height
        lanes = geometry.lanes
        self.layer = (layer.kernel, 1, layer.dilation)
    }

    /// Output rows whose taps read these input rows.
    func outputRows(reading rows: Range<Int>) -> Range<Int> {
        let from = max(0, (rows.lowerBound + padTop - reach + layer.stride) / layer.stride)
        return from..<max(from, min(output.height, (rows.upperBound - 1 + padTop) / layer.stride + 1))
    }

    /// Floats from one row, and from one block, to the next.
    var row: Int { paddedWidth * lanes }
    var block: Int { rows * row }

    /// Input rows that these output rows read.
    func inputRows(of rows: Range<Int>) -> Range<Int> {
        let from = max(0, rows.lowerBound * layer.stride - padTop)
        return from..<max(from, min(input.height, (rows.upperBound - 1) * layer.stride - padTop + reach))
    }

    /// Where row `y` lies, from its first pixel of the picture on.
    func offset(ofRow y: Int) -> Int { (y % rows) * row + padLeft * lanes }

    /// `rows` in runs that do not wrap.
    func runs(_ rows: Range<Int>) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var from = rows.lowerBound
        while from < rows.upperBound {
            let to = min(rows.upperBound, from + self.rows - from % self.rows)
            runs.append(from..<to)
            from = to
        }
        return runs
    }

    /// Zeroes the pixels beside the picture, in every row.
    func clearMargins(_ ring: UnsafeMutablePointer<Float>, blocks: Int) {
        let right = padLeft + input.width
        for line in 0..<blocks * rows {
            let start = ring + line * row
            start.update(repeating: 0, count: padLeft * lanes)
            (start + right * lanes).update(repeating: 0, count: (paddedWidth - right) * lanes)
        }
    }
}
