/// What SEAM (CVPR 2020) adds to the classification loss of one image seen at two sizes. Unweighted values.
struct EquivarianceLosses {
    /// ER, between the class maps of both branches.
    let regularisation: Float
    /// ECR, between the refined maps of each branch and the class maps of the other: the sum of both.
    let crossRegularisation: Float
    /// Adaptive min pooling of the refined maps: the mean of both branches.
    let adaptiveMinimum: Float

    /// One branch: the whole image, or its small copy.
    struct Branch {
        /// Grid of its maps.
        let size: MapSize
        /// Of the classes, [classes, cells].
        let logits: UnsafePointer<Float>
        /// What `PixelCorrelation` made of them, background first, [1 + classes, cells].
        let refined: UnsafePointer<Float>
        /// [classes, cells]; dLoss/dlogits is added.
        let logitGradient: UnsafeMutablePointer<Float>
        /// [1 + classes, cells]; dLoss/drefined is added.
        let refinedGradient: UnsafeMutablePointer<Float>
    }

    /// Weights of the three terms in the total; the caller has divided them by the batch size. The reference takes 1
    /// for each.
    struct Weights {
        let regularisation: Float
        let crossRegularisation: Float
        let adaptiveMinimum: Float
    }

    /// Compares on the small branch's grid. ER reaches the logits of both branches; ECR and adaptive min pooling
    /// reach the refined maps alone.
    /// - Parameters:
    ///   - labels: 0 or 1, [classes]
    ///   - smallestRange: of the class maps' `MaxNormalisation`, in logits; that of the refined maps, which lie in
    ///     [0, 1], is a tenth of it.
    init(full: Branch, small: Branch, labels: [Float], smallestRange: Float, weights: Weights) {
        let classes = labels.count
        let fullMaps = LabelledMaps(
            logits: full.logits, size: full.size, labels: labels, smallestRange: smallestRange, resizedTo: small.size)
        let smallMaps = LabelledMaps(
            logits: small.logits, size: small.size, labels: labels, smallestRange: smallestRange)
        let fullGradient = FloatBuffer(count: fullMaps.values.count)
        let smallGradient = FloatBuffer(count: smallMaps.values.count)
        regularisation = EquivarianceTerms.regularisation(
            full: fullMaps, small: smallMaps, classes: classes, weight: weights.regularisation,
            fullGradient: fullGradient.pointer, smallGradient: smallGradient.pointer)
        fullMaps.backward(
            mapGradient: fullGradient.pointer, logits: full.logits, gradient: full.logitGradient)
        smallMaps.backward(
            mapGradient: smallGradient.pointer, logits: small.logits, gradient: small.logitGradient)

        let (cross, refinedRange) = (weights.crossRegularisation, smallestRange / 10)
        crossRegularisation =
            full.crossRegularisation(
                against: smallMaps, grid: small.size, labels: labels, smallestRange: refinedRange, weight: cross)
            + small.crossRegularisation(
                against: fullMaps, grid: small.size, labels: labels, smallestRange: refinedRange, weight: cross)
        let minimum = weights.adaptiveMinimum / 2
        adaptiveMinimum =
            (full.adaptiveMinimum(labels: labels, weight: minimum)
                + small.adaptiveMinimum(labels: labels, weight: minimum)) / 2
    }
}

extension EquivarianceLosses.Branch {
    /// ECR of this branch's refined maps, on `grid`, against the other branch's class maps.
    fileprivate func crossRegularisation(
        against other: LabelledMaps, grid: MapSize, labels: [Float], smallestRange: Float, weight: Float
    ) -> Float {
        // The background counts as a class that is in every image.
        let maps = LabelledMaps(
            logits: refined, size: size, labels: [1] + labels, smallestRange: smallestRange, resizedTo: grid)
        let gradient = FloatBuffer(count: maps.values.count)
        let loss = EquivarianceTerms.crossRegularisation(
            predictions: BinomialPredictions(other), refined: maps, classes: labels.count, weight: weight,
            gradient: gradient.pointer)
        maps.backward(mapGradient: gradient.pointer, logits: refined, gradient: refinedGradient)
        return loss
    }

    fileprivate func adaptiveMinimum(labels: [Float], weight: Float) -> Float {
        EquivarianceTerms.adaptiveMinimum(
            refined: refined + size.count, cells: size.count, labels: labels, weight: weight,
            gradient: refinedGradient + size.count)
    }
}
