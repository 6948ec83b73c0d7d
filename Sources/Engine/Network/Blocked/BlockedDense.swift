import CKernels

/// A dense layer over channel-blocked maps (`CKernels/include/blocked.h`): a 1x1 convolution, the products of a
/// Winograd one, or the one that reads a picture's planes.
///
/// Every output is one sum over the input channels in their order, begun with bias and residual: the same to the last
/// bit however the work is cut into channels, rows and threads.
struct BlockedDense: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let kernels: BlockedKernels
    var lanes: Int { kernels.lanes }
    private let activation: Activation
    /// [pairs of blocks, taps, input channels, 2 lanes], zero where there is no output channel.
    private let weights: FloatBuffer
    private let taps: Int
    private var weightsOfPair: Int { taps * inputChannels * 2 * lanes }
    /// [blocks, lanes]
    private let bias: FloatBuffer

    var blocks: Int { BlockedMap.blocks(outputChannels, lanes: lanes) }

    init(_ layer: PointwiseConvolution, kernels: BlockedKernels) {
        self.init(
            taps: 1, inputChannels: layer.inputChannels, outputChannels: layer.outputChannels,
            activation: layer.activation, kernels: kernels)
        pack(layer)
    }

    /// A matrix at every pixel.
    /// - Parameters:
    ///   - weights: [outputChannels, inputChannels]
    ///   - shift: [outputChannels]
    init(
        inputChannels: Int, outputChannels: Int, weights: [Float], bias shift: [Float], activation: Activation,
        kernels: BlockedKernels
    ) {
        self.init(
            taps: 1, inputChannels: inputChannels, outputChannels: outputChannels, activation: activation,
            kernels: kernels)
        weights.withUnsafeBufferPointer { weights in
            pack { output, _, input in weights[output * inputChannels + input] }
        }
        packBias(shift)
    }

    func packBias(_ values: [Float]) { bias.pointer.update(from: values, count: outputChannels) }

    /// A matrix alone, no bias, no activation; of zeros until `pack(weight:)`.
    init(inputChannels: Int, outputChannels: Int, kernels: BlockedKernels) {
        self.init(
            taps: 1, inputChannels: inputChannels, outputChannels: outputChannels, activation: .identity,
            kernels: kernels)
    }

    /// Of a picture: a tap is one row of the kernel over one plane, and its "channels" are the row's columns.
    init(ofPlanes layer: Convolution, kernels: BlockedKernels) {
        self.init(
            taps: layer.inputChannels * layer.kernel, inputChannels: layer.kernel,
            outputChannels: layer.outputChannels, activation: layer.activation, kernels: kernels)
        pack(planes: layer)
    }

    /// With weights and bias of zero.
    init(taps: Int, inputChannels: Int, outputChannels: Int, activation: Activation, kernels: BlockedKernels) {
        self.taps = taps
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernels = kernels
        self.activation = activation
        let blocks = BlockedMap.blocks(outputChannels, lanes: kernels.lanes)
        weights = FloatBuffer(count: (blocks + 1) / 2 * taps * inputChannels * 2 * kernels.lanes)
        bias = FloatBuffer(count: blocks * kernels.lanes)
    }

    /// Takes over the layer's weights and bias as they are now.
    func pack(_ layer: PointwiseConvolution) {
        let source = layer.weights.pointer
        pack { output, _, input in source[output * inputChannels + input] }
        bias.pointer.update(from: layer.bias.pointer, count: outputChannels)
    }

    func pack(planes layer: Convolution) {
        let source = layer.weights.pointer
        pack { output, tap, column in source[(output * taps + tap) * inputChannels + column] }
        bias.pointer.update(from: layer.bias.pointer, count: outputChannels)
    }

    @inline(__always)
    func pack(weight: (_ output: Int, _ tap: Int, _ input: Int) -> Float) {
        var target = weights.pointer
        for pair in stride(from: 0, to: blocks, by: 2) {
            let outputs = pair * lanes..<min((pair + 2) * lanes, outputChannels)
            for tap in 0..<taps {
                for input in 0..<inputChannels {
                    for output in outputs { target[output - outputs.lowerBound] = weight(output, tap, input) }
                    target += 2 * lanes
                }
            }
        }
    }

    /// Some rows of some blocks of a map.
    struct Part {
        let pointer: UnsafePointer<Float>
        /// Floats from one block, and from one row, to the next.
        let block: Int
        let row: Int
    }

    /// What a sum begins with.
    enum Start {
        case bias
        case biasAnd(Part)
        /// The sum over the channels before these.
        case sum
    }

    /// - Parameters:
    ///   - channels: of the input; those before them are in the sum that `start` says.
    ///   - blocks: of the output, beginning at an even one; `output` and `start` point at the first.
    ///   - isLast: whether the activation follows.
    func run(
        _ input: Part, channels: Range<Int>, start: Start, output: UnsafeMutablePointer<Float>, outputBlock: Int,
        outputRow: Int, blocks: Range<Int>, rows: Int, width: Int, isLast: Bool = true
    ) {
        var add: Part?
        var usesBias = true
        switch start {
        case .bias: break
        case .biasAnd(let part): add = part
        case .sum: (add, usesBias) = (Part(pointer: output, block: outputBlock, row: outputRow), false)
        }
        withUnsafePointer(to: 0) { tap in
            call(
                input, pixel: lanes, taps: UnsafeBufferPointer(start: tap, count: 1), channels: channels, add: add,
                usesBias: usesBias, output: output, outputBlock: outputBlock, outputRow: outputRow, blocks: blocks,
                rows: rows, width: width, isLast: isLast)
        }
    }

    /// Of several taps.
    /// - Parameters:
    ///   - input: the first output pixel's first tap; pixels that are neighbours in the output are in the input too.
    ///   - offsets: of the taps, in floats.
    ///   - addend: of `rows` and `width`, added before the activation.
    ///   - blocks: of the output, beginning at an even one; `output` and `addend` point at the first.
    func run(
        _ input: Part, taps offsets: UnsafeBufferPointer<Int>, addend: Part?, output: Part, blocks: Range<Int>,
        rows: Int, width: Int
    ) {
        call(
            input, pixel: lanes, taps: offsets, channels: 0..<inputChannels, add: addend, usesBias: true,
            output: UnsafeMutablePointer(mutating: output.pointer), outputBlock: output.block, outputRow: output.row,
            blocks: blocks, rows: rows, width: width, isLast: true)
    }

    /// A whole map.
    func run(_ input: BlockedMap, into output: BlockedMap) {
        run(
            input.part(), channels: 0..<inputChannels, start: .bias, output: output.pointer,
            outputBlock: output.block, outputRow: output.row, blocks: 0..<blocks, rows: output.size.height,
            width: output.size.width)
    }

    /// One row from planes.
    /// - Parameters:
    ///   - planes: the rows that the taps read, from the first output pixel's first column on.
    ///   - taps: where each tap's row begins in `planes`.
    ///   - stride: of the convolution, in columns.
    func runRow(
        ofPlanes planes: UnsafePointer<Float>, taps: UnsafeBufferPointer<Int>, stride: Int,
        output: UnsafeMutablePointer<Float>, outputBlock: Int, blocks: Range<Int>, width: Int
    ) {
        call(
            Part(pointer: planes, block: lanes, row: 0), pixel: stride, taps: taps, channels: 0..<inputChannels,
            add: nil, usesBias: true, output: output, outputBlock: outputBlock, outputRow: 0, blocks: blocks, rows: 1,
            width: width, isLast: true)
    }

    private func call(
        _ input: Part, pixel: Int, taps: UnsafeBufferPointer<Int>, channels: Range<Int>, add: Part?, usesBias: Bool,
        output: UnsafeMutablePointer<Float>, outputBlock: Int, outputRow: Int, blocks: Range<Int>, rows: Int,
        width: Int, isLast: Bool
    ) {
        var rows = blocked_dense_rows(
            in: input.pointer, in_block: input.block, in_row: input.row, pixel: Int32(pixel), tap: taps.baseAddress,
            taps: Int32(taps.count), channels: Int32(channels.count),
            weights: weights.pointer + blocks.lowerBound / 2 * weightsOfPair + channels.lowerBound * 2 * lanes,
            weights_pair: weightsOfPair, bias: usesBias ? bias.pointer + blocks.lowerBound * lanes : nil,
            add: add?.pointer, add_block: add?.block ?? 0, add_row: add?.row ?? 0, out: output,
            out_block: outputBlock, out_row: outputRow, blocks: Int32(blocks.count), rows: Int32(rows),
            width: Int32(width), low: isLast ? activation.low : -.infinity,
            high: isLast ? activation.high : .infinity)
        kernels.functions.dense(&rows)
    }
}
