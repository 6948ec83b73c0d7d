/// The multinomial posterior: softmax over background and classes at every cell.
enum Softmax {
    /// - Parameter logits: [channels, cells]
    /// - Returns: [channels, cells]
    static func forward(logits: UnsafePointer<Float>, channels: Int, cells: Int) -> FloatBuffer {
        let result = FloatBuffer(count: channels * cells)
        result.pointer.update(from: logits, count: result.count)
        Logistic.replaceBySoftmax(
            UnsafeMutableBufferPointer(start: result.pointer, count: result.count), labels: channels)
        return result
    }

    /// dL/dz_c = p_c (dL/dp_c - sum_k p_k dL/dp_k), at every cell.
    /// - Parameters:
    ///   - posteriors: p, what `forward` returned, [channels, cells]
    ///   - posteriorGradient: dL/dp, [channels, cells]
    ///   - gradient: dL/dz, [channels, cells]; added to.
    static func backward(
        posteriors: UnsafePointer<Float>, posteriorGradient: UnsafePointer<Float>, channels: Int, cells: Int,
        gradient: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: cells) { means in
            means.initialize(repeating: 0)
            for channel in 0..<channels {
                let (p, g) = (posteriors + channel * cells, posteriorGradient + channel * cells)
                for cell in 0..<cells { means[cell] += p[cell] * g[cell] }
            }
            for channel in 0..<channels {
                let (p, g) = (posteriors + channel * cells, posteriorGradient + channel * cells)
                let target = gradient + channel * cells
                for cell in 0..<cells { target[cell] += p[cell] * (g[cell] - means[cell]) }
            }
        }
    }
}
