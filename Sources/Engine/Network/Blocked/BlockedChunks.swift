/// A wide hidden layer and the one that sums over it, some of the hidden channels at a time: each chunk is made by all
/// members together, then added to the output while it is still in the cache.
struct BlockedChunks {
    /// Of the hidden layer.
    let blocks: Int
    let atOnce: Int
    let member: LayerMember
    let barrier: SpinBarrier

    /// The fewest equal chunks, of whole pairs of blocks.
    static func even(_ blocks: Int, most: Int) -> Int {
        let chunks = (blocks + most - 1) / most
        let each = (blocks + chunks - 1) / chunks
        return (each + 1) / 2 * 2
    }

    /// - Parameters:
    ///   - shared: two buffers of `atOnce` blocks of the output's size.
    ///   - make: fills at most a pair of the hidden layer's blocks.
    func run(
        shared: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), into output: BlockedMap,
        residual: BlockedMap?, _ sum: BlockedDense, make: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let pixels = member.share(of: output.size.count)
        for (turn, first) in stride(from: 0, to: blocks, by: atOnce).enumerated() {
            let chunk = first..<min(first + atOnce, blocks)
            // One barrier a chunk: whoever fills a buffer again has seen all others past the sum before the last.
            let buffer = turn % 2 == 0 ? shared.0 : shared.1
            let mine = member.share(of: chunk.count, granularity: 2)
            for block in stride(from: mine.lowerBound, to: mine.upperBound, by: 2) {
                make(first + block..<first + min(block + 2, mine.upperBound), buffer + block * output.block)
            }
            barrier.wait()
            guard !pixels.isEmpty else { continue }
            let isLast = chunk.upperBound == blocks
            let channels = first * output.lanes..<min(chunk.upperBound * output.lanes, sum.inputChannels)
            let start: BlockedDense.Start =
                turn > 0 ? .sum : residual.map { .biasAnd($0.part(pixel: pixels.lowerBound)) } ?? .bias
            sum.run(
                BlockedDense.Part(
                    pointer: buffer + pixels.lowerBound * output.lanes, block: output.block, row: output.row),
                channels: channels, start: start, output: output.at(pixel: pixels.lowerBound),
                outputBlock: output.block, outputRow: output.row, blocks: 0..<sum.blocks, rows: 1, width: pixels.count,
                isLast: isLast)
        }
    }
}
