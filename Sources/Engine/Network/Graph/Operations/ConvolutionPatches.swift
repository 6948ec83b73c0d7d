/// What a convolution's outputs read, in rows of double precision.
struct ConvolutionPatches {
    /// Outputs worked on at once.
    static let width = 8

    /// Floats of a row: channels of a group times k x k.
    let depth: Int
    private let shape: ConvolutionShape
    private let input: Shape
    private let output: Shape

    /// Where in a plane of the input the taps of successive outputs are, k x k each; -1 in the padding.
    struct Taps {
        /// The first output, rows and columns counted through.
        let first: Int
        /// At most `width`.
        let count: Int
        fileprivate let places: [Int]

        /// Every fourth output: so many are summed at once.
        var quads: StrideTo<Int> { stride(from: 0, to: count, by: 4) }
    }

    init(_ shape: ConvolutionShape, _ input: Shape, _ output: Shape) {
        depth = shape.inputChannels / shape.groups * shape.kernel * shape.kernel
        (self.shape, self.input, self.output) = (shape, input, output)
    }

    /// [width, depth]
    var zeros: DoubleBuffer { DoubleBuffer(count: ConvolutionPatches.width * depth) }

    /// - Parameter body: of a group, its filters, and some of the outputs.
    func each(_ body: (_ group: Int, _ filters: Range<Int>, _ taps: Taps) -> Void) {
        let (pixels, outputs) = (output.count / shape.outputChannels, shape.outputChannels / shape.groups)
        for first in stride(from: 0, to: pixels, by: ConvolutionPatches.width) {
            let taps = taps(first, min(ConvolutionPatches.width, pixels - first))
            for group in 0..<shape.groups { body(group, group * outputs..<(group + 1) * outputs, taps) }
        }
    }

    private func taps(_ first: Int, _ count: Int) -> Taps {
        let (rows, columns, outputColumns) = (input.extents[1], input.extents[2], output.extents[2])
        let (top, left) = (shape.axis(rows).leading, shape.axis(columns).leading)
        var places: [Int] = []
        for pixel in first..<first + count {
            for tap in 0..<shape.kernel * shape.kernel {
                let row = pixel / outputColumns * shape.stride - top + tap / shape.kernel * shape.dilation
                let column = pixel % outputColumns * shape.stride - left + tap % shape.kernel * shape.dilation
                let isInside = (0..<rows).contains(row) && (0..<columns).contains(column)
                places.append(isInside ? row * columns + column : -1)
            }
        }
        return Taps(first: first, count: count, places: places)
    }

    func gather(_ source: UnsafeBufferPointer<Float>, group: Int, _ taps: Taps, into rows: DoubleBuffer) {
        eachPlace(group, taps) { place, position in
            rows.pointer[position] = place < 0 ? 0 : Double(source[place])
        }
    }

    /// Adds.
    func scatter(_ rows: DoubleBuffer, group: Int, _ taps: Taps, into sums: DoubleBuffer) {
        eachPlace(group, taps) { place, position in
            if place >= 0 { sums.pointer[place] += rows.pointer[position] }
        }
    }

    /// - Parameter body: of a place in the input, negative for the padding, and of the place in the rows.
    private func eachPlace(_ group: Int, _ taps: Taps, _ body: (_ place: Int, _ position: Int) -> Void) {
        let (kernel, plane) = (shape.kernel * shape.kernel, input.extents[1] * input.extents[2])
        let channels = shape.inputChannels / shape.groups
        for pixel in 0..<taps.count {
            for channel in 0..<channels {
                let (origin, position) = ((group * channels + channel) * plane, pixel * depth + channel * kernel)
                for tap in 0..<kernel {
                    let place = taps.places[pixel * kernel + tap]
                    body(place < 0 ? -1 : origin + place, position + tap)
                }
            }
        }
    }
}
