/// Predictions of one image in the multinomial form: softmax over background and classes at every cell.
struct MultinomialPredictions {
    /// Background and classes.
    let channels: Int
    let cells: Int
    /// q, [channels, cells]
    let values: FloatBuffer

    /// - Parameter logits: background first, [channels, cells]
    init(logits: UnsafePointer<Float>, channels: Int, cells: Int) {
        self.channels = channels
        self.cells = cells
        values = Softmax.forward(logits: logits, channels: channels, cells: cells)
    }

    /// - Parameters:
    ///   - valueGradient: dL/dq, [channels, cells]
    ///   - gradient: dL/dlogits, [channels, cells]; added to.
    func backward(valueGradient: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) {
        Softmax.backward(
            posteriors: values.pointer, posteriorGradient: valueGradient, channels: channels, cells: cells,
            gradient: gradient)
    }

    /// The feature similarity loss of these predictions.
    /// - Parameter gradient: [channels, cells]; weight * dLoss/dlogits is added.
    /// - Returns: The loss, unweighted.
    func featureSimilarity(pairs: PairWeights, weight: Float, gradient: UnsafeMutablePointer<Float>) -> Float {
        let valueGradient = FloatBuffer(count: values.count)
        let loss = FeatureSimilarity.loss(
            predictions: values.pointer, channels: channels, pairs: pairs, weight: weight,
            gradient: valueGradient.pointer)
        backward(valueGradient: valueGradient.pointer, gradient: gradient)
        return loss
    }
}
