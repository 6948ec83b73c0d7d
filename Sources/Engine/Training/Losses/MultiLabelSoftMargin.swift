import Foundation

/// The multi-label soft margin loss of one image: msm(a, y) = -mean_c [y log s(a) + (1 - y) log(1 - s(a))], with s the
/// logistic function.
enum MultiLabelSoftMargin {
    /// - Parameters:
    ///   - logits: [classes]
    ///   - labels: 1 for a class in the image, else 0, [classes]
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: [classes]; weight * dLoss/dlogits is added.
    /// - Returns: The loss, unweighted.
    static func loss(
        logits: UnsafePointer<Float>, labels: [Float], weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let share = weight / Float(labels.count)
        var sum = 0.0
        for (index, label) in labels.enumerated() {
            sum += Double(term(logits[index], label: label))
            gradient[index] += share * derivative(logits[index], label: label)
        }
        return Float(sum / Double(labels.count))
    }

    /// What one class adds before the mean: softplus(a) - y a, written so that no large power is taken.
    @inline(__always)
    static func term(_ logit: Float, label: Float) -> Float {
        max(logit, 0) + log1p(exp(-abs(logit))) - label * logit
    }

    /// d term / d logit = s(a) - y.
    @inline(__always)
    static func derivative(_ logit: Float, label: Float) -> Float {
        let power = exp(-abs(logit))
        return (logit >= 0 ? 1 : power) / (1 + power) - label
    }
}
