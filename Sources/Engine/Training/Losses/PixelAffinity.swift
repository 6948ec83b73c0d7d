/// The pixel correlation of SEAM (CVPR 2020) for given features: maps are carried between cells whose projected
/// features point the same way.
///
///     f = P x / (|P x| + e) at every cell, U = relu(f^T f), A_ij = U_ij / (sum_i U_ij + e), refined = maps A, e = 1e-5
///
/// Keeps what the backward pass needs: one object for every forward pass that is still to be followed by its backward.
///
/// `@unchecked Sendable`: used by one thread at a time.
final class PixelAffinity: @unchecked Sendable {
    /// Channels of x.
    let inputChannels: Int
    /// Channels of f.
    let outputChannels: Int
    private var cells = 0
    /// f, [outputChannels, cells]
    private var directions = FloatBuffer(count: 0)
    /// |P x|, [cells]
    private var lengths = FloatBuffer(count: 0)
    /// A, [cells, cells]
    private var affinity = FloatBuffer(count: 0)
    /// 1 / (sum_i U_ij + e), [cells]
    private var columnScales = FloatBuffer(count: 0)
    private static let epsilon: Float = 1e-5

    init(inputChannels: Int, outputChannels: Int) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
    }

    private func prepare(cells: Int) {
        guard self.cells != cells else { return }
        self.cells = cells
        directions = FloatBuffer(count: outputChannels * cells)
        lengths = FloatBuffer(count: cells)
        affinity = FloatBuffer(count: cells * cells)
        columnScales = FloatBuffer(count: cells)
    }

    /// - Parameters:
    ///   - features: x, [inputChannels, cells]
    ///   - projection: P, [outputChannels, inputChannels]
    ///   - maps: [channels, cells]
    ///   - refined: [channels, cells]
    func forward(
        features: UnsafePointer<Float>, cells: Int, projection: UnsafePointer<Float>, maps: UnsafePointer<Float>,
        channels: Int, into refined: UnsafeMutablePointer<Float>
    ) {
        prepare(cells: cells)
        let f = directions.pointer
        GEMM.shared.multiply(
            m: outputChannels, n: cells, k: inputChannels, a: projection, lda: inputChannels, b: features, ldb: cells,
            c: f, ldc: cells)
        normaliseDirections()
        GEMM.shared.multiply(
            m: cells, n: cells, k: outputChannels, a: f, lda: cells, transposeA: true, b: f, ldb: cells,
            c: affinity.pointer, ldc: cells)
        normaliseColumns()
        GEMM.shared.multiply(
            m: channels, n: cells, k: cells, a: maps, lda: cells, b: affinity.pointer, ldb: cells, c: refined,
            ldc: cells)
    }

    private func normaliseDirections() {
        let (f, length) = (directions.pointer, lengths.pointer)
        length.update(repeating: 0, count: cells)
        for channel in 0..<outputChannels {
            let line = f + channel * cells
            for cell in 0..<cells { length[cell] += line[cell] * line[cell] }
        }
        for cell in 0..<cells { length[cell] = length[cell].squareRoot() }
        for channel in 0..<outputChannels {
            let line = f + channel * cells
            for cell in 0..<cells { line[cell] /= length[cell] + PixelAffinity.epsilon }
        }
    }

    private func normaliseColumns() {
        let (a, scale) = (affinity.pointer, columnScales.pointer)
        scale.update(repeating: PixelAffinity.epsilon, count: cells)
        for row in 0..<cells {
            let line = a + row * cells
            for column in 0..<cells {
                line[column] = max(0, line[column])
                scale[column] += line[column]
            }
        }
        for column in 0..<cells { scale[column] = 1 / scale[column] }
        for row in 0..<cells {
            let line = a + row * cells
            for column in 0..<cells { line[column] *= scale[column] }
        }
    }

    /// Of the last forward pass; its features, projection and maps are given again. The maps have no gradient.
    ///
    /// - Parameters:
    ///   - refined: what `forward` wrote, [channels, cells]
    ///   - refinedGradient: dL/drefined, [channels, cells]
    ///   - projectionGradient: [outputChannels, inputChannels]; added to.
    ///   - featureGradient: [inputChannels, cells]; overwritten.
    func backward(
        features: UnsafePointer<Float>, projection: UnsafePointer<Float>, maps: UnsafePointer<Float>, channels: Int,
        refined: UnsafePointer<Float>, refinedGradient: UnsafePointer<Float>,
        projectionGradient: UnsafeMutablePointer<Float>, featureGradient: UnsafeMutablePointer<Float>
    ) {
        // dL/dA = maps^T dL/drefined, and on through columns and ReLU to dL/d(f^T f).
        let products = FloatBuffer(count: cells * cells)
        GEMM.shared.multiply(
            m: cells, n: cells, k: channels, a: maps, lda: cells, transposeA: true, b: refinedGradient, ldb: cells,
            c: products.pointer, ldc: cells)
        throughColumns(products.pointer, channels: channels, refined: refined, refinedGradient: refinedGradient)

        // f stands on both sides of f^T f: dL/df = f D + f D^T.
        let gradient = FloatBuffer(count: outputChannels * cells)
        for isTransposed in [false, true] {
            GEMM.shared.multiply(
                m: outputChannels, n: cells, k: cells, a: directions.pointer, lda: cells, b: products.pointer,
                ldb: cells, transposeB: isTransposed, beta: isTransposed ? 1 : 0, c: gradient.pointer, ldc: cells)
        }
        throughLengths(gradient.pointer)

        GEMM.shared.multiply(
            m: outputChannels, n: inputChannels, k: cells, a: gradient.pointer, lda: cells, b: features, ldb: cells,
            transposeB: true, beta: 1, c: projectionGradient, ldc: inputChannels)
        GEMM.shared.multiply(
            m: inputChannels, n: cells, k: outputChannels, a: projection, lda: inputChannels, transposeA: true,
            b: gradient.pointer, ldb: cells, c: featureGradient, ldc: cells)
    }

    /// dL/dU_ij = (dL/dA_ij - sum_k dL/dA_kj A_kj) / (sum_k U_kj + e), where the sum over k is that of
    /// refined dL/drefined over the channels; zero where U is.
    private func throughColumns(
        _ gradient: UnsafeMutablePointer<Float>, channels: Int, refined: UnsafePointer<Float>,
        refinedGradient: UnsafePointer<Float>
    ) {
        let (a, scale) = (affinity.pointer, columnScales.pointer)
        let sums = FloatBuffer(count: cells)
        for channel in 0..<channels {
            let (value, slope) = (refined + channel * cells, refinedGradient + channel * cells)
            for cell in 0..<cells { sums.pointer[cell] += value[cell] * slope[cell] }
        }
        for row in 0..<cells {
            let (line, kept) = (gradient + row * cells, a + row * cells)
            for column in 0..<cells {
                line[column] = kept[column] > 0 ? (line[column] - sums.pointer[column]) * scale[column] : 0
            }
        }
    }

    /// From dL/df to dL/d(P x) = (dL/df - f (f . dL/df) (|P x| + e) / |P x|) / (|P x| + e), in place.
    private func throughLengths(_ gradient: UnsafeMutablePointer<Float>) {
        let (f, length) = (directions.pointer, lengths.pointer)
        let along = FloatBuffer(count: cells)
        for channel in 0..<outputChannels {
            let (line, direction) = (gradient + channel * cells, f + channel * cells)
            for cell in 0..<cells { along.pointer[cell] += line[cell] * direction[cell] }
        }
        for cell in 0..<cells {
            along.pointer[cell] *= length[cell] > 0 ? (length[cell] + PixelAffinity.epsilon) / length[cell] : 0
        }
        for channel in 0..<outputChannels {
            let (line, direction) = (gradient + channel * cells, f + channel * cells)
            for cell in 0..<cells {
                line[cell] =
                    (line[cell] - direction[cell] * along.pointer[cell])
                    / (length[cell] + PixelAffinity.epsilon)
            }
        }
    }
}
