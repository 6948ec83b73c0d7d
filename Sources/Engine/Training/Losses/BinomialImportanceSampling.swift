/// The importance sampling loss with binomial posteriors (arXiv 2304.02621): the mean of msm(z_c(i_k), y_c) over pixels
/// i_k that are drawn with a probability proportional to p_c(i) = s(z_c(i)) + 1e-5. The draw itself has no gradient.
enum BinomialImportanceSampling {
    /// Draws the pixels, then computes the loss at them: `draw` and `loss(logits:cells:labels:indices:...)` together.
    static func loss(
        logits: UnsafePointer<Float>, cells: Int, labels: [Float], samples: Int, random: inout RandomStream,
        weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let indices = draw(
            logits: logits, classes: labels.count, cells: cells, samples: samples, random: &random)
        return loss(
            logits: logits, cells: cells, labels: labels, indices: indices, weight: weight, gradient: gradient)
    }

    /// p, not normalised over the pixels.
    /// - Parameter logits: [classes, cells]
    /// - Returns: [classes, cells]
    static func probabilities(logits: UnsafePointer<Float>, classes: Int, cells: Int) -> FloatBuffer {
        let result = FloatBuffer(count: classes * cells)
        result.pointer.update(from: logits, count: result.count)
        Logistic.replaceByPosteriors(UnsafeMutableBufferPointer(start: result.pointer, count: result.count))
        for index in 0..<result.count { result.pointer[index] += PixelSampling.epsilon }
        return result
    }

    /// - Returns: `samples` cells a class, [classes, samples].
    static func draw(
        logits: UnsafePointer<Float>, classes: Int, cells: Int, samples: Int, random: inout RandomStream
    ) -> [Int32] {
        let probabilities = probabilities(logits: logits, classes: classes, cells: cells)
        return PixelSampling.draw(
            probabilities: probabilities.pointer, classes: classes, cells: cells, samples: samples, random: &random)
    }

    /// - Parameters:
    ///   - logits: z, [classes, cells]
    ///   - labels: 0 or 1, [classes]
    ///   - indices: the drawn cells, [classes, samples], at least one a class
    ///   - weight: of this loss in the total; the caller has divided it by the batch size.
    ///   - gradient: [classes, cells]; weight * dLoss/dz is added.
    /// - Returns: The loss, unweighted: the mean over classes and samples.
    static func loss(
        logits: UnsafePointer<Float>, cells: Int, labels: [Float], indices: [Int32], weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        precondition(!indices.isEmpty && indices.count % labels.count == 0)
        let samples = indices.count / labels.count
        let share = weight / Float(indices.count)
        var sum = 0.0
        for (index, label) in labels.enumerated() {
            for sample in index * samples..<(index + 1) * samples {
                let cell = index * cells + Int(indices[sample])
                sum += Double(MultiLabelSoftMargin.term(logits[cell], label: label))
                gradient[cell] += share * MultiLabelSoftMargin.derivative(logits[cell], label: label)
            }
        }
        return Float(sum / Double(indices.count))
    }
}
