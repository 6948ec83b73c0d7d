/// Predictions of one image in the binomial form: its classes' own normalised maps, after a background channel that
/// says how little any of them claims the cell: 1 - max_c q_c.
///
/// Classes that are not in the image have q = 0 everywhere, which adds nothing to a loss of differences: left out.
struct BinomialPredictions {
    let maps: LabelledMaps
    /// Background and the classes of `maps`.
    var channels: Int { 1 + maps.classes.count }
    /// q, in [0, 1], [channels, cells]
    let values: FloatBuffer
    /// Position in `maps.classes` of the class with the largest map; -1 where all are zero.
    private var strongest: [Int32]

    init(_ maps: LabelledMaps) {
        self.maps = maps
        let cells = maps.size.count
        values = FloatBuffer(count: (1 + maps.classes.count) * cells)
        strongest = [Int32](repeating: -1, count: cells)
        let (background, classes) = (values.pointer, values.pointer + cells)
        classes.update(from: maps.values.pointer, count: maps.classes.count * cells)
        for cell in 0..<cells {
            var largest: Float = 0
            for position in maps.classes.indices where classes[position * cells + cell] > largest {
                largest = classes[position * cells + cell]
                strongest[cell] = Int32(position)
            }
            background[cell] = 1 - largest
        }
    }

    /// - Parameters:
    ///   - valueGradient: dL/dq, [channels, cells]
    ///   - logits: those of `maps`.
    ///   - gradient: dL/dlogits, of the shape of the logits; added to.
    func backward(
        valueGradient: UnsafePointer<Float>, logits: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        let cells = maps.size.count
        let mapGradient = FloatBuffer(count: maps.classes.count * cells)
        mapGradient.pointer.update(from: valueGradient + cells, count: mapGradient.count)
        for cell in 0..<cells where strongest[cell] >= 0 {
            mapGradient.pointer[Int(strongest[cell]) * cells + cell] -= valueGradient[cell]
        }
        maps.backward(mapGradient: mapGradient.pointer, logits: logits, gradient: gradient)
    }
}

extension BinomialPredictions {
    /// The feature similarity loss of these predictions.
    /// - Parameters:
    ///   - gradient: with respect to the logits of `maps`; weight * dLoss/dlogits is added.
    /// - Returns: The loss, unweighted.
    func featureSimilarity(
        pairs: PairWeights, logits: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let valueGradient = FloatBuffer(count: values.count)
        let loss = FeatureSimilarity.loss(
            predictions: values.pointer, channels: channels, pairs: pairs, weight: weight,
            gradient: valueGradient.pointer)
        backward(valueGradient: valueGradient.pointer, logits: logits, gradient: gradient)
        return loss
    }
}
