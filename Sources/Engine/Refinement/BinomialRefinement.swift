/// Binomial refinement: each class is a binary problem of its own, solved against the colour edges of the image.
///
/// A map becomes the unary term of a two-label dense CRF over the image in CIELAB (`DenseCRF.binomialLogits`). Its result
/// says which colours are the class's in this image, which is added to the unary term, and the CRF is solved again.
/// Classes share the lattice and the colours of the image and nothing else: a class's logits are the same, bit by bit,
/// whichever other classes are refined with it.
enum BinomialRefinement {
    /// How steeply the unary logit slope (c - t) rises around the background score t.
    static let slope: Float = 10

    /// Chosen on `train.txt` (docs/Results.md). The colour deviation is in units of `LabImage`.
    static let crf = DenseCRF.Parameters(
        gaussianDeviation: 1, gaussianCompatibility: 0,
        bilateralDeviation: 60 / Float(WorkingSize.mapStride), bilateralColourDeviation: 6, bilateralCompatibility: 10,
        iterations: 10)

    /// Parameters and result as in `Refinement.logits`.
    static func logits(of maps: ClassMaps, image: RGBImage, backgroundScore: Float) -> ClassMaps {
        precondition(maps.width == image.width && maps.height == image.height)
        let lab = LabImage(image)
        let crf = DenseCRF(image: lab.image, parameters: crf)
        let unary = unary(maps, backgroundScore: backgroundScore)
        var logits = unary
        logits.values = crf.binomialLogits(unary.values)
        let evidence = ColourEvidence(lab).logits(of: logits)
        logits.values = crf.binomialLogits(zip(unary.values, evidence.values).map(+))
        return logits
    }

    /// slope (c - t). Map values outside [0, 2] count as the nearer bound, NaN as 0; t likewise within [0, 1].
    static func unary(_ maps: ClassMaps, backgroundScore: Float) -> ClassMaps {
        var logits = maps
        let even = backgroundScore.limited(to: 1)
        logits.values = maps.values.map { slope * ($0.limited(to: 2) - even) }
        return logits
    }
}

extension Float {
    /// Limited to [0, upper], NaN to 0.
    func limited(to upper: Float) -> Float { self > 0 ? (self < upper ? self : upper) : 0 }
}
