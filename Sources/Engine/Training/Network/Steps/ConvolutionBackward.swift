/// From the gradient of a convolution's output to that of its input: a convolution itself, with the roles of its channels
/// exchanged.
///
/// An input pixel at place q within a stride (padding counted) is read by the taps t with t dilation = q modulo the stride
/// alone. So the pixels of each place are a convolution at stride 1 over the output's gradient, with those taps.
struct ConvolutionBackward: Sendable {
    let channels: ChannelProducts
    private let shape: ConvolutionShape
    /// Of each place [row, column] within a stride; without taps nothing flows back there.
    private let places: [Place]
    private let kernels: BlockedKernels

    struct Place: Sendable {
        /// Rows and columns of the kernel.
        let taps: [(row: Int, column: Int)]
        fileprivate let dense: [BlockedDense]
    }

    init(_ shape: ConvolutionShape, kernels: BlockedKernels) {
        (self.shape, self.kernels) = (shape, kernels)
        let channels = ChannelProducts(
            made: shape.inputChannels, read: shape.outputChannels, groups: shape.groups, lanes: kernels.lanes)
        self.channels = channels
        func taps(_ place: Int) -> [Int] {
            (0..<shape.kernel).filter { ($0 * shape.dilation - place) % shape.stride == 0 }
        }
        places = (0..<shape.stride).flatMap { row in
            (0..<shape.stride).map { column in
                let found = taps(row).flatMap { y in taps(column).map { (y, $0) } }
                return Place(
                    taps: found,
                    dense: found.isEmpty
                        ? []
                        : channels.products.map { product in
                            BlockedDense(
                                taps: found.count, inputChannels: product.readChannels,
                                outputChannels: product.made.count, activation: .identity, kernels: kernels)
                        })
            }
        }
    }

    /// - Parameter weights: [output, input / groups, k, k]
    func pack(_ weights: UnsafePointer<Float>) {
        let (taps, inputs) = (shape.kernel * shape.kernel, shape.inputChannels / shape.groups)
        for place in places {
            let kernelTaps = place.taps.map { $0.row * shape.kernel + $0.column }
            for (product, dense) in zip(channels.products, place.dense) {
                let first = product.made.lowerBound
                kernelTaps.withUnsafeBufferPointer { kernelTaps in
                    if shape.groups == 1 {
                        dense.pack { input, tap, output in weights[(output * inputs + input) * taps + kernelTaps[tap]] }
                    } else {
                        let outputs = shape.outputChannels / shape.groups
                        dense.pack { input, tap, output in
                            let input = first + input
                            let group = input / inputs
                            guard let place = channels.place(of: output, in: product, forMade: input) else { return 0 }
                            let row = (group * outputs + place) * inputs + input - group * inputs
                            return weights[row * taps + kernelTaps[tap]]
                        }
                    }
                }
            }
        }
    }

    // MARK: - At a size

    /// Where the pixels of each place lie, and how the output's gradient is laid out for them: each block's rows between
    /// zeros, as far as any tap reaches.
    struct Geometry {
        let input: MapSize
        let output: MapSize
        fileprivate let top: Int
        fileprivate let left: Int
        fileprivate let rows: Int
        fileprivate let pixels: Int
        fileprivate let runs: [Run]

        /// The input pixels of one place.
        fileprivate struct Run {
            let place: Int
            let firstRow: Int
            let firstColumn: Int
            let size: MapSize
            /// From the gradient's first pixel to the one that the first input pixel's taps read, in rows and pixels.
            let offsets: [(row: Int, column: Int)]
        }

        func block(_ lanes: Int) -> Int { rows * pixels * lanes }
    }

    func geometry(_ input: MapSize) -> Geometry {
        let (down, across) = (shape.axis(input.height), shape.axis(input.width))
        let (size, stride) = (MapSize(height: down.output, width: across.output), shape.stride)
        var runs: [Geometry.Run] = []
        for row in 0..<min(stride, input.height) {
            for column in 0..<min(stride, input.width) {
                let index = (row + down.leading) % stride * stride + (column + across.leading) % stride
                runs.append(
                    Geometry.Run(
                        place: index, firstRow: row, firstColumn: column,
                        size: MapSize(
                            height: (input.height - row + stride - 1) / stride,
                            width: (input.width - column + stride - 1) / stride),
                        offsets: places[index].taps.map { tap in
                            (
                                (row + down.leading - tap.row * shape.dilation) / stride,
                                (column + across.leading - tap.column * shape.dilation) / stride
                            )
                        }))
            }
        }
        let offsets = runs.flatMap(\.offsets)
        let (top, left) = (max(0, -(offsets.map(\.row).min() ?? 0)), max(0, -(offsets.map(\.column).min() ?? 0)))
        let lastRow = runs.flatMap { run in run.offsets.map { $0.row + run.size.height - 1 } }.max() ?? 0
        let lastColumn = runs.flatMap { run in run.offsets.map { $0.column + run.size.width - 1 } }.max() ?? 0
        return Geometry(
            input: input, output: size, top: top, left: left, rows: top + max(size.height, lastRow + 1),
            pixels: left + max(size.width, lastColumn + 1), runs: runs)
    }

    private var readBlocks: Int { BlockedMap.blocks(shape.outputChannels, lanes: kernels.lanes) }

    /// Floats that a pass needs: the gradient between zeros and, with strides, the pixels of one place in a pair of blocks.
    func scratchFloats(_ geometry: Geometry) -> Int {
        let largest = geometry.runs.map(\.size.count).max() ?? 0
        return readBlocks * geometry.block(kernels.lanes) + (shape.stride > 1 ? 2 * largest * kernels.lanes : 0)
    }

    /// - Parameters:
    ///   - gradient: of the output, before the activation.
    ///   - scratch: `scratchFloats` floats.
    func run(
        _ gradient: BlockedMap, _ geometry: Geometry, into target: InputGradient, scratch: UnsafeMutablePointer<Float>
    ) {
        copy(gradient, geometry, into: scratch)
        let map = target.map
        if !target.adds, geometry.runs.contains(where: { $0.offsets.isEmpty }) {
            let blocks = BlockedMap.blocks(shape.inputChannels, lanes: kernels.lanes)
            map.pointer.update(repeating: 0, count: blocks * map.block)
        }
        for run in geometry.runs where !run.offsets.isEmpty {
            self.run(run, scratch, geometry, into: target)
        }
    }

    /// Between zeros.
    private func copy(_ gradient: BlockedMap, _ geometry: Geometry, into slab: UnsafeMutablePointer<Float>) {
        let (lanes, size) = (kernels.lanes, geometry.output)
        let (row, right) = (geometry.pixels * lanes, geometry.pixels - geometry.left - size.width)
        for block in 0..<readBlocks {
            var line = slab + block * geometry.block(lanes)
            for y in 0..<geometry.rows {
                let source = y - geometry.top
                if (0..<size.height).contains(source) {
                    line.update(repeating: 0, count: geometry.left * lanes)
                    (line + geometry.left * lanes).update(
                        from: gradient.at(pixel: source * size.width, block: block), count: gradient.row)
                    (line + (geometry.left + size.width) * lanes).update(repeating: 0, count: right * lanes)
                } else {
                    line.update(repeating: 0, count: row)
                }
                line += row
            }
        }
    }

    private func run(
        _ run: Geometry.Run, _ slab: UnsafeMutablePointer<Float>, _ geometry: Geometry, into target: InputGradient
    ) {
        let (lanes, map) = (kernels.lanes, target.map)
        let (row, block) = (geometry.pixels * lanes, geometry.block(lanes))
        let offsets = run.offsets.map { (geometry.top + $0.row) * row + (geometry.left + $0.column) * lanes }
        let compact = slab + readBlocks * block
        offsets.withUnsafeBufferPointer { offsets in
            for (product, dense) in zip(channels.products, places[run.place].dense) {
                let input = BlockedDense.Part(pointer: slab + product.readBlock * block, block: block, row: row)
                let first = product.made.lowerBound / lanes
                if shape.stride == 1 {
                    let output = map.part(block: first)
                    dense.run(
                        input, taps: offsets, addend: target.adds ? output : nil, output: output,
                        blocks: 0..<dense.blocks, rows: run.size.height, width: run.size.width)
                    continue
                }
                for pair in Swift.stride(from: 0, to: dense.blocks, by: 2) {
                    let blocks = pair..<min(pair + 2, dense.blocks)
                    let made = BlockedMap(pointer: compact, size: run.size, lanes: lanes)
                    dense.run(
                        input, taps: offsets, addend: nil, output: made.part(), blocks: blocks, rows: run.size.height,
                        width: run.size.width)
                    for index in blocks {
                        spread(made, block: index - pair, run, into: target, block: first + index)
                    }
                }
            }
        }
    }

    /// Takes the pixels of one place to where they belong.
    private func spread(
        _ made: BlockedMap, block: Int, _ run: Geometry.Run, into target: InputGradient, block targetBlock: Int
    ) {
        let (lanes, map, step) = (kernels.lanes, target.map, shape.stride * kernels.lanes)
        for y in 0..<run.size.height {
            var source = made.at(pixel: y * run.size.width, block: block)
            let pixel = (run.firstRow + y * shape.stride) * map.size.width + run.firstColumn
            var place = map.at(pixel: pixel, block: targetBlock)
            for _ in 0..<run.size.width {
                if target.adds {
                    for lane in 0..<lanes { place[lane] += source[lane] }
                } else {
                    place.update(from: source, count: lanes)
                }
                (source, place) = (source + lanes, place + step)
            }
        }
    }
}
