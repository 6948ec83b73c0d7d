/// The classification loss of global max pooling (GMP): msm(max_i z_c(i), y).
enum GlobalMaxPooling {
    /// - Parameters:
    ///   - logits: z, [classes, cells]
    ///   - labels: 0 or 1, [classes]
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: [classes, cells]; weight * dLoss/dz is added.
    /// - Returns: The loss, unweighted.
    static func loss(
        logits: UnsafePointer<Float>, cells: Int, labels: [Float], weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let peaks = forward(logits, channels: labels.count, cells: cells)
        let pooled = peaks.indices.map { logits[$0 * cells + peaks[$0]] }
        var pooledGradient = [Float](repeating: 0, count: labels.count)
        let loss = MultiLabelSoftMargin.loss(
            logits: pooled, labels: labels, weight: weight, gradient: &pooledGradient)
        backward(pooledGradient, peaks: peaks, cells: cells, gradient: gradient)
        return loss
    }

    /// - Parameter maps: [channels, cells]
    /// - Returns: The cell of every map's largest value, the first among equals, [channels].
    static func forward(_ maps: UnsafePointer<Float>, channels: Int, cells: Int) -> [Int] {
        (0..<channels).map { channel in
            let map = maps + channel * cells
            var peak = 0
            for cell in 1..<max(1, cells) where map[cell] > map[peak] { peak = cell }
            return peak
        }
    }

    /// - Parameters:
    ///   - pooledGradient: with respect to the largest values, [channels]
    ///   - gradient: with respect to the maps, [channels, cells]; added to.
    static func backward(
        _ pooledGradient: [Float], peaks: [Int], cells: Int, gradient: UnsafeMutablePointer<Float>
    ) {
        for (channel, peak) in peaks.enumerated() { gradient[channel * cells + peak] += pooledGradient[channel] }
    }
}
