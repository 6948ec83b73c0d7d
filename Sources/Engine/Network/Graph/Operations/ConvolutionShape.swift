/// A k x k convolution of all channels or of groups of them: weight [output, input / groups, k, k], bias [output].
package struct ConvolutionShape: GraphOperation {
    package let inputChannels: Int
    package let outputChannels: Int
    package let kernel: Int
    package let stride: Int
    package let dilation: Int
    /// 1 for a dense one, the channels for a depthwise one.
    package let groups: Int
    package let padding: Padding
    package let hasBias: Bool

    package enum Padding: Sendable, Hashable, Codable {
        /// TensorFlow's: ceil(size / stride) pixels come out, the larger half of what it takes is behind
        /// (`SamePadding`).
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
}
