import Foundation

/// Binary cross entropy of every present class's logits against soft targets, at each cell: the mean over cells and present
/// classes of -q log s(z - shift) - (1 - q) log(1 - s(z - shift)).
enum SoftTargetLoss {
    /// - Parameters:
    ///   - logits: z, [classes, cells].
    ///   - targets: q in [0, 1], [classes, cells]; rows of absent classes are not read.
    ///   - labels: 0 or 1, [classes].
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: [classes, cells]; weight * dLoss/dz is added.
    /// - Returns: The loss, unweighted.
    static func loss(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, cells: Int, labels: [Float], shift: Float,
        weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let present = labels.indices.filter { labels[$0] > 0 }
        guard !present.isEmpty else { return 0 }
        let count = Float(present.count * cells)
        var sum = 0.0
        for index in present {
            for cell in index * cells..<(index + 1) * cells {
                let (logit, target) = (logits[cell] - shift, targets[cell])
                let posterior = 1 / (1 + exp(-logit))
                sum += Double(max(logit, 0) - logit * target + log1p(exp(-abs(logit))))
                gradient[cell] += weight * (posterior - target) / count
            }
        }
        return Float(sum / Double(count))
    }
}
