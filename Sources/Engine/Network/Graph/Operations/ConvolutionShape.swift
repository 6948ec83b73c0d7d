/// A k x k convolution of all channels or of groups of them: weight [output, input / groups, k, k], bias [output].
public struct ConvolutionShape: GraphOperation {
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    /// 1 for a dense one, the channels for a depthwise one.
    public let groups: Int
    public let padding: Padding
    public let hasBias: Bool

    public enum Padding: Sendable, Hashable, Codable {
        /// TensorFlow's: ceil(size / stride) pixels come out, the larger half of what it takes is behind (`SamePadding`).
        case same
        /// So many zeros on each of the four sides.
        case fixed(Int)
    }

    var parameters: [ParameterShape] {
        let weight = ParameterShape(
            suffix: "weight", shape: [outputChannels, inputChannels / groups, kernel, kernel], role: .weight)
        return hasBias ? [weight, ParameterShape(suffix: "bias", shape: [outputChannels], role: .bias)] : [weight]
    }

    func check() throws(GraphFault) {
        let channels = 1...NetworkGraph.maximumChannels
        try require(inputChannels, "the number of input channels", in: channels)
        try require(outputChannels, "the number of output channels", in: channels)
        try require(kernel, "the kernel", in: 1...255)
        try require(stride, "the stride", in: 1...255)
        try require(dilation, "the dilation", in: 1...255)
        try require(groups, "the number of groups", in: channels)
        if case .fixed(let padding) = padding { try require(padding, "the padding", in: 0...65_535) }
        guard inputChannels % groups == 0, outputChannels % groups == 0 else {
            throw GraphFault("\(inputChannels) to \(outputChannels) channels can't be split into \(groups) groups")
        }
    }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let (channels, rows, columns) = try inputs[0].map()
        guard channels == inputChannels else {
            throw GraphFault("reads \(channels) channels, not \(inputChannels)")
        }
        let (down, across) = (axis(rows), axis(columns))
        guard down.output > 0, across.output > 0 else {
            throw GraphFault("\(rows) x \(columns) is smaller than the kernel")
        }
        return try Shape([outputChannels, down.output, across.output])
    }

    /// Pixels that come out along an axis, not positive where the kernel does not fit, and zeros before the first.
    func axis(_ input: Int) -> (output: Int, leading: Int) {
        switch padding {
        case .same:
            let same = SamePadding(input: input, kernel: kernel, stride: stride, dilation: dilation)
            return (same.output, same.leading)
        case .fixed(let padding):
            let room = input + 2 * padding - ((kernel - 1) * dilation + 1)
            return (room < 0 ? 0 : room / stride + 1, padding)
        }
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        guard let shape = try? outputShape(inputs.map(\.shape)) else { preconditionFailure("shapes were checked") }
        // Sums in double precision: this is what others are held to.
        var sums = [Double](repeating: 0, count: shape.count)
        if hasBias {
            let pixels = shape.count / outputChannels
            for index in sums.indices { sums[index] = Double(parameters[1].values[index / pixels]) }
        }
        let (source, weights) = (inputs[0].values, parameters[0].values)
        sweep(inputs[0].shape, shape) { run in
            let weight = Double(weights[run.weight])
            for x in 0..<run.count { sums[run.output + x] += weight * Double(source[run.input + x * stride]) }
        }
        return Tensor(shape, sums.map { Float($0) })
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        var inputSums = [Double](repeating: 0, count: inputs[0].values.count)
        var weightSums = [Double](repeating: 0, count: parameters[0].values.count)
        let (source, weights, slopes) = (inputs[0].values, parameters[0].values, gradient.values)
        sweep(inputs[0].shape, output.shape) { run in
            let weight = Double(weights[run.weight])
            var sum = 0.0
            for x in 0..<run.count {
                let slope = Double(slopes[run.output + x])
                sum += slope * Double(source[run.input + x * stride])
                inputSums[run.input + x * stride] += slope * weight
            }
            weightSums[run.weight] += sum
        }
        var sums = [weightSums]
        if hasBias { sums.append(gradient.sumsOverPixels()) }
        return OperationGradients(
            inputs: [Tensor(inputs[0].shape, inputSums.map { Float($0) })],
            parameters: zip(parameters, sums).map { Tensor($0.shape, $1.map { Float($0) }) })
    }

    /// A row of outputs that one weight connects to a row of inputs: output + x reads input + x * stride.
    private struct Run {
        let weight: Int
        let input: Int
        let output: Int
        let count: Int
    }

    private func sweep(_ input: Shape, _ output: Shape, _ body: (Run) -> Void) {
        let (rows, columns) = (input.extents[1], input.extents[2])
        let (outputRows, outputColumns) = (output.extents[1], output.extents[2])
        let (top, left) = (axis(rows).leading, axis(columns).leading)
        let (inputs, outputs) = (inputChannels / groups, outputChannels / groups)
        for filter in 0..<outputChannels {
            for channel in 0..<inputs {
                let plane = (filter / outputs * inputs + channel) * rows
                for tap in 0..<kernel * kernel {
                    let (down, across) = (tap / kernel * dilation - top, tap % kernel * dilation - left)
                    // The first and the last column whose input is not padding.
                    let first = across >= 0 ? 0 : (-across + stride - 1) / stride
                    let last = min(outputColumns - 1, across < columns ? (columns - 1 - across) / stride : -1)
                    guard first <= last else { continue }
                    for row in 0..<outputRows where (0..<rows).contains(row * stride + down) {
                        body(
                            Run(
                                weight: (filter * inputs + channel) * kernel * kernel + tap,
                                input: (plane + row * stride + down) * columns + first * stride + across,
                                output: (filter * outputRows + row) * outputColumns + first, count: last - first + 1))
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// Of each channel.
    func sumsOverPixels() -> [Double] {
        let pixels = shape.count / shape.extents[0]
        return (0..<shape.extents[0]).map { channel in
            values[channel * pixels..<(channel + 1) * pixels].reduce(0) { $0 + Double($1) }
        }
    }
}
