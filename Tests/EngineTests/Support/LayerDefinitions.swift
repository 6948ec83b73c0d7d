@testable import Engine

/// Layers and network as they are defined, in planes [channels, height, width], one tap after the other: what the packed
/// ones are held to.
private struct Planes {
    var values: [Float]
    let size: MapSize

    /// Adds weight * what a tap reads, zero outside of the picture.
    mutating func add(
        _ weight: Float, _ tap: (y: Int, x: Int), stride: Int, from input: UnsafePointer<Float>, size: MapSize,
        padding: (top: Int, left: Int), to channel: Int
    ) {
        for row in 0..<self.size.height {
            let y = row * stride + tap.y - padding.top
            guard (0..<size.height).contains(y) else { continue }
            let first = (0..<self.size.width).first { $0 * stride + tap.x >= padding.left } ?? self.size.width
            let source = input + (y * size.width + tap.x - padding.left)
            let target = channel * self.size.count + row * self.size.width
            values.withUnsafeMutableBufferPointer { values in
                var x = first
                while x < self.size.width, x * stride + tap.x - padding.left < size.width {
                    values[target + x] += weight * source[x * stride]
                    x += 1
                }
            }
        }
    }

    func activated(_ activation: Activation) -> [Float] {
        values.map { max(activation.low, min(activation.high, $0)) }
    }

    /// Begun with the bias of each channel.
    init(bias: FloatBuffer, size: MapSize) {
        values = bias.values(bias.count).flatMap { [Float](repeating: $0, count: size.count) }
        self.size = size
    }

    /// Adds all taps of a k x k "same" convolution.
    /// - Parameters:
    ///   - weights: [filters, kernel, kernel]
    ///   - planes: the input's and the output's channel that a filter connects.
    mutating func add(
        _ weights: FloatBuffer, kernel: Int, stride: Int, dilation: Int, from input: UnsafePointer<Float>,
        size: MapSize, planes: (_ filter: Int) -> (input: Int, output: Int)
    ) {
        func leading(_ length: Int) -> Int {
            SamePadding(input: length, kernel: kernel, stride: stride, dilation: dilation).leading
        }
        let padding = (top: leading(size.height), left: leading(size.width))
        for (index, weight) in weights.values(weights.count).enumerated() {
            let tap = index % (kernel * kernel)
            let planes = planes(index / (kernel * kernel))
            add(
                weight, (tap / kernel * dilation, tap % kernel * dilation), stride: stride,
                from: input + planes.input * size.count, size: size, padding: padding, to: planes.output)
        }
    }
}

extension Convolution {
    func defined(_ input: UnsafePointer<Float>, size: MapSize) -> [Float] {
        var output = Planes(bias: bias, size: outputSize(size))
        output.add(weights, kernel: kernel, stride: stride, dilation: dilation, from: input, size: size) {
            ($0 % inputChannels, $0 / inputChannels)
        }
        return output.activated(activation)
    }
}

extension DepthwiseConvolution {
    func defined(_ input: UnsafePointer<Float>, size: MapSize) -> [Float] {
        var output = Planes(bias: bias, size: outputSize(size))
        output.add(weights, kernel: kernel, stride: stride, dilation: dilation, from: input, size: size) { ($0, $0) }
        return output.activated(activation)
    }
}

extension PointwiseConvolution {
    func defined(_ input: UnsafePointer<Float>, pixels: Int) -> [Float] {
        let size = MapSize(height: 1, width: pixels)
        var output = Planes(bias: bias, size: size)
        output.add(weights, kernel: 1, stride: 1, dilation: 1, from: input, size: size) {
            ($0 % inputChannels, $0 / inputChannels)
        }
        return output.activated(activation)
    }
}
