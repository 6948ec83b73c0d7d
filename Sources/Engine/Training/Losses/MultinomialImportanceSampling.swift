import Foundation

/// The importance sampling loss with multinomial posteriors (arXiv 2203.12459), kept for ablation: softmax over
/// background and classes, pixels drawn with a probability proportional to the class's posterior + 1e-5, and the drawn
/// posterior p mapped to the logit log(p / (1 - p)) of the multi-label soft margin.
///
/// The background is channel 0 and is not sampled. Take the posteriors once, with `Softmax.forward`.
enum MultinomialImportanceSampling {
    /// Posteriors are clamped to [limit, 1 - limit]; beyond, they have no gradient.
    static let limit: Float = 1e-6

    /// Draws the pixels, then computes the loss at them.
    static func loss(
        logits: UnsafePointer<Float>, cells: Int, labels: [Float], samples: Int, random: inout RandomStream,
        weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let posteriors = Softmax.forward(logits: logits, channels: 1 + labels.count, cells: cells)
        let indices = draw(
            posteriors: posteriors.pointer, classes: labels.count, cells: cells, samples: samples, random: &random)
        return loss(
            posteriors: posteriors.pointer, cells: cells, labels: labels, indices: indices, weight: weight,
            gradient: gradient)
    }

    /// - Parameter posteriors: [1 + classes, cells]
    /// - Returns: `samples` cells a class, [classes, samples].
    static func draw(
        posteriors: UnsafePointer<Float>, classes: Int, cells: Int, samples: Int, random: inout RandomStream
    ) -> [Int32] {
        let probabilities = FloatBuffer(count: classes * cells)
        for index in 0..<probabilities.count {
            probabilities.pointer[index] = posteriors[cells + index] + PixelSampling.epsilon
        }
        return PixelSampling.draw(
            probabilities: probabilities.pointer, classes: classes, cells: cells, samples: samples, random: &random)
    }

    /// - Parameters:
    ///   - posteriors: [1 + classes, cells]
    ///   - labels: 0 or 1, [classes]
    ///   - indices: the drawn cells, [classes, samples], at least one a class
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: with respect to the logits, [1 + classes, cells]; weight * dLoss/dlogits is added.
    /// - Returns: The loss, unweighted: the mean over classes and samples.
    static func loss(
        posteriors: UnsafePointer<Float>, cells: Int, labels: [Float], indices: [Int32], weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        precondition(!indices.isEmpty && indices.count % labels.count == 0)
        let channels = 1 + labels.count
        let samples = indices.count / labels.count
        let share = weight / Float(indices.count)
        let posteriorGradient = FloatBuffer(count: channels * cells)
        var sum = 0.0
        for (index, label) in labels.enumerated() {
            for sample in index * samples..<(index + 1) * samples {
                let cell = (1 + index) * cells + Int(indices[sample])
                let posterior = posteriors[cell]
                let p = min(max(posterior, limit), 1 - limit)
                // The soft margin of log(p / (1 - p)) is the cross entropy of p itself.
                sum -= Double(label * log(p) + (1 - label) * log1p(-p))
                if p == posterior { posteriorGradient.pointer[cell] += share * (p - label) / (p * (1 - p)) }
            }
        }
        Softmax.backward(
            posteriors: posteriors, posteriorGradient: posteriorGradient.pointer, channels: channels, cells: cells,
            gradient: gradient)
        return Float(sum / Double(indices.count))
    }
}
