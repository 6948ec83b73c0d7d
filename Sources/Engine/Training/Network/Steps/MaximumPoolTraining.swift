/// The largest of each window, as a step of a network in training.
struct MaximumPoolTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    let layers: [TrainedLayer] = []
    private let shape: MaximumPoolShape
    private let lanes: Int

    /// Nil for another node.
    init?(_ node: NetworkGraph.Node, output: NetworkGraph.Value, channels: Int, kernels: BlockedKernels) {
        guard case .maximumPool(let shape) = node.operation, node.inputs[0] != .image else { return nil }
        (inputs, self.output, outputChannels, self.shape) = (node.inputs, output, channels, shape)
        lanes = kernels.lanes
    }

    func pack() {}

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        let size = MapSize(height: shape.windows(sizes[0].height), width: shape.windows(sizes[0].width))
        return TrainingPlan(output: size) { call in
            eachWindow(call.inputs[0], call.output) { window, place, part, output in
                var best = SIMD4<Float>(repeating: -.infinity)
                window.eachPixel { best = pointwiseMax(best, SIMD4(at: place + $0 + part)) }
                best.store(to: output + part)
            }
        } backward: { call in
            guard let target = call.inputGradients[0] else { return }
            let slopes = target.map.pointer
            if !target.adds {
                slopes.update(
                    repeating: 0, count: BlockedMap.blocks(outputChannels, lanes: lanes) * target.map.block)
            }
            let (from, input) = (UnsafePointer(call.output.pointer), UnsafePointer(call.inputs[0].pointer))
            eachWindow(call.inputs[0], call.output) { window, place, part, output in
                let best = SIMD4(at: output + part)
                var rest = SIMD4(at: call.gradient.pointer + (UnsafePointer(output) - from) + part)
                let first = slopes + (place - input)
                // To the first of a window's largest.
                window.eachPixel { offset in
                    let isBest = SIMD4(at: place + offset + part) .== best
                    let target = first + offset + part
                    (SIMD4(at: target) + SIMD4<Float>().replacing(with: rest, where: isBest)).store(to: target)
                    rest.replace(with: SIMD4(), where: isBest)
                }
            }
        }
    }

    /// What a window covers of the map.
    private struct Window {
        let rows: Int
        let columns: Int
        /// Floats from one row, and from one pixel, to the next.
        let row: Int
        let pixel: Int

        /// - Parameter body: given each pixel's offset from the first.
        @inline(__always)
        func eachPixel(_ body: (Int) -> Void) {
            for y in 0..<rows { for x in 0..<columns { body(y * row + x * pixel) } }
        }
    }

    /// - Parameter body: given a window, its first pixel, where in a pixel four channels begin, and its output pixel.
    @inline(__always)
    private func eachWindow(
        _ input: BlockedMap, _ output: BlockedMap,
        _ body: (Window, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        for block in 0..<BlockedMap.blocks(outputChannels, lanes: lanes) {
            for y in 0..<output.size.height {
                let rows = shape.window(y, input.size.height)
                for x in 0..<output.size.width {
                    let columns = shape.window(x, input.size.width)
                    let window = Window(rows: rows.count, columns: columns.count, row: input.row, pixel: lanes)
                    let first = input.at(pixel: rows.lowerBound * input.size.width + columns.lowerBound, block: block)
                    let place = output.at(pixel: y * output.size.width + x, block: block)
                    for part in stride(from: 0, to: lanes, by: 4) { body(window, first, part, place) }
                }
            }
        }
    }
}
