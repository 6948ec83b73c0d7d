/// The classification loss of global average pooling (GAP): msm(mean_i z_c(i), y).
enum GlobalAveragePooling {
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
        let pooled = forward(logits, channels: labels.count, cells: cells)
        var pooledGradient = [Float](repeating: 0, count: labels.count)
        let loss = MultiLabelSoftMargin.loss(
            logits: pooled, labels: labels, weight: weight, gradient: &pooledGradient)
        backward(pooledGradient, cells: cells, gradient: gradient)
        return loss
    }

    /// - Parameter maps: [channels, cells]
    /// - Returns: The mean of every map, [channels].
    static func forward(_ maps: UnsafePointer<Float>, channels: Int, cells: Int) -> [Float] {
        (0..<channels).map { channel in
            var sum = 0.0
            for cell in channel * cells..<(channel + 1) * cells { sum += Double(maps[cell]) }
            return Float(sum / Double(cells))
        }
    }

    /// - Parameters:
    ///   - pooledGradient: with respect to the means, [channels]
    ///   - gradient: with respect to the maps, [channels, cells]; added to.
    static func backward(_ pooledGradient: [Float], cells: Int, gradient: UnsafeMutablePointer<Float>) {
        for (channel, value) in pooledGradient.enumerated() {
            let share = value / Float(cells)
            for cell in channel * cells..<(channel + 1) * cells { gradient[cell] += share }
        }
    }
}
