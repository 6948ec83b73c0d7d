/// Mean-field iterations of a dense CRF over pairwise kernels given as normalised lattices.
///
/// The state is a list of groups, each with the same number of channels a pixel; only the activation looks across
/// groups. Slicing of one iteration, activation and splatting of the next run over one block of pixels at a time, so
/// that the block's share of the lattices is read from memory once an iteration.
struct MeanField<Channels: LatticeChannels> {
    /// The pairwise kernels, each already normalised and multiplied by its compatibility.
    let kernels: [PermutohedralLattice]
    let iterations: Int

    private static var blockSize: Int { 256 }

    /// - Parameters:
    ///   - logits: unary logits, one array a group, [pixel][channel]; replaced by the final logits.
    ///   - activation: turns the logits of a block of pixels into the values which are filtered, in place; laid out
    ///     [group][pixel][channel].
    @inline(__always)
    func run(logits: inout [[Channels]], activation: (UnsafeMutableBufferPointer<Channels>) -> Void) {
        guard let pixelCount = logits.first?.count, pixelCount > 0 else { return }
        let groups = logits.count
        var buffers = kernels.map { kernel in
            (0..<groups).map { _ in LatticeBuffers<Channels>(kernel) }
        }
        var block = [Channels](repeating: Channels(), count: groups * Self.blockSize)
        for iteration in 0...iterations {
            let last = iteration == iterations
            for start in stride(from: 0, to: pixelCount, by: Self.blockSize) {
                let pixels = start..<min(start + Self.blockSize, pixelCount)
                block.withUnsafeMutableBufferPointer { block in
                    guard let base = block.baseAddress else { return }
                    for group in 0..<groups {
                        let field = base + group * pixels.count
                        for pixel in pixels { field[pixel - start] = logits[group][pixel] }
                        guard iteration > 0 else { continue }
                        for (index, kernel) in kernels.enumerated() {
                            buffers[index][group].slice(addingTo: field, pixels: pixels, on: kernel)
                        }
                        if last {
                            for pixel in pixels { logits[group][pixel] = field[pixel - start] }
                        }
                    }
                    guard !last else { return }
                    activation(UnsafeMutableBufferPointer(start: base, count: groups * pixels.count))
                    for group in 0..<groups {
                        for (index, kernel) in kernels.enumerated() {
                            buffers[index][group].splat(base + group * pixels.count, pixels: pixels, on: kernel)
                        }
                    }
                }
            }
            guard !last else { return }
            for (index, kernel) in kernels.enumerated() {
                for group in 0..<groups {
                    buffers[index][group].blur(on: kernel)
                    buffers[index][group].clearSplatted()
                }
            }
        }
    }
}
