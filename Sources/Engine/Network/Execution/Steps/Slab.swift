/// A convolution's input between its padding. Of each block of channels: rows, in each of them `phases` runs of pixels,
/// the p-th being the columns p, p + stride, p + 2 stride, ...
struct Slab {
    let output: MapSize
    let rows: Int
    private let phases: Int
    /// Of one phase of one row.
    private let pixels: Int
    private let lanes: Int
    private let input: MapSize
    private let top: Int
    private let left: Int
    /// Input rows and columns from one of the slab to the next: more than 1 where a 1x1 kernel passes them over.
    private let sampling: Int
    private let shape: ConvolutionShape

    init(_ shape: ConvolutionShape, input: MapSize, lanes: Int) {
        let (down, across) = (shape.axis(input.height), shape.axis(input.width))
        let reach = (shape.kernel - 1) * shape.dilation
        output = MapSize(height: down.output, width: across.output)
        (top, left) = (down.leading, across.leading)
        sampling = shape.kernel == 1 ? shape.stride : 1
        phases = shape.kernel == 1 ? 1 : shape.stride
        rows = (down.output - 1) * phases + reach + 1
        pixels = across.output + reach / phases
        (self.lanes, self.input, self.shape) = (lanes, input, shape)
    }

    /// Floats from one row, and from one block, to the next.
    var row: Int { phases * pixels * lanes }
    var block: Int { rows * row }
    /// Floats between the rows that two output rows in a column read by one tap.
    var outputRow: Int { phases * row }

    /// Where each tap of the first output pixel lies.
    var taps: [Int] {
        (0..<shape.kernel * shape.kernel).map { tap in
            let (y, x) = (tap / shape.kernel * shape.dilation, tap % shape.kernel * shape.dilation)
            return y * row + (x % phases * pixels + x / phases) * lanes
        }
    }

    /// Copies a row of a block.
    func copy(row: Int, of map: BlockedMap, block: Int, into slab: UnsafeMutablePointer<Float>) {
        fill(row, block, slab) { y, columns, step, target in
            var source = map.at(pixel: y * input.width + columns.lowerBound, block: block)
            if step == 1 { return target.update(from: source, count: columns.count * lanes) }
            var target = target
            for _ in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
                target.update(from: source, count: lanes)
                (source, target) = (source + step * lanes, target + lanes)
            }
        }
    }

    /// Copies a row of planes [channels, height, width] into a block.
    func copy(
        row: Int, ofPlanes planes: BlockedMap, channels: Int, _ block: Int, into slab: UnsafeMutablePointer<Float>
    ) {
        fill(row, block, slab) { y, columns, step, target in
            for lane in 0..<min(lanes, channels - block * lanes) {
                let plane = planes.pointer + ((block * lanes + lane) * input.height + y) * input.width
                var pixel = target + lane
                for column in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
                    pixel.pointee = plane[column]
                    pixel += lanes
                }
            }
        }
    }

    /// - Parameter copy: of an input row the columns from the first, each `step`-th, to where they go.
    private func fill(
        _ row: Int, _ block: Int, _ slab: UnsafeMutablePointer<Float>,
        _ copy: (_ y: Int, _ columns: Range<Int>, _ step: Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let y = row * sampling - top
        let step = sampling * phases
        for phase in 0..<phases {
            let line = slab + block * self.block + row * self.row + phase * pixels * lanes
            // The pixels whose column, pixel * step + phase - left, is in the input.
            let first = min(pixels, max(0, (left - phase + step - 1) / step))
            let last = min(pixels, max(first, (input.width - 1 + left - phase) / step + 1))
            guard (0..<input.height).contains(y), first < last else {
                line.update(repeating: 0, count: pixels * lanes)
                continue
            }
            line.update(repeating: 0, count: first * lanes)
            (line + last * lanes).update(repeating: 0, count: (pixels - last) * lanes)
            let column = first * step + phase - left
            copy(y, column..<column + (last - first - 1) * step + 1, step, line + first * lanes)
        }
    }
}
