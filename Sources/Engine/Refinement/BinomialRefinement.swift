/// Binomial refinement: each class is a binary problem of its own, solved against the colour edges of the image.
///
/// A map is first smoothed over similar colours nearby (`ColourSmoothing`), then becomes the unary term of a two-label
/// dense CRF (`DenseCRF.binomial`). Classes share the lattices of the image and nothing else: a class's posteriors are
/// the same, bit by bit, whichever other classes are refined with it.
public struct BinomialRefinement: Sendable {
    /// How steeply the unary posterior s(slope (c - t)) rises around the background score t.
    public static let slope: Float = 16

    /// Smoothing before the CRF; mu as in the feature similarity loss for PASCAL VOC.
    ///
    /// Over 192 images of VOC 2012 (every sixth of train.txt), labels given, t 0.3, mIoU / contour F: without smoothing
    /// 50.3 / 31.6, cells of 4 pixels 50.5 / 33.3, cells of 8 pixels 50.4 / 34.8 at a quarter of the cost.
    public static let smoothing = ColourSmoothing.Parameters(
        cellSize: 8, threshold: 2.5, positionDeviation: 4)

    /// The customary settings for PASCAL VOC, which SEAM and AffinityNet use. Narrower kernels measured worse, and so
    /// did 5 and 7 iterations (contour F-score 0.7 to 3.5 points lower on other images).
    public static let crf = DenseCRF.Parameters(
        gaussianDeviation: 3, gaussianCompatibility: 3,
        bilateralDeviation: 80, bilateralColourDeviation: 13, bilateralCompatibility: 10,
        iterations: 10)

    public init() {}

    /// Refined posteriors; parameters and result as in `Refinement.posteriors`.
    public func posteriors(of maps: ClassMaps, image: RGBImage, backgroundScore: Float) -> ClassMaps {
        precondition(maps.width == image.width && maps.height == image.height)
        guard !maps.classes.isEmpty else { return maps }
        var posteriors = maps
        posteriors.values = maps.values.map(\.clampedToUnit)
        posteriors = ColourSmoothing(image: image, parameters: Self.smoothing).smooth(posteriors)
        let logits = Self.logits(of: posteriors.values, backgroundScore: backgroundScore)
        posteriors.values = DenseCRF(image: image, parameters: Self.crf).binomial(logits: logits)
        return posteriors
    }

    /// slope (c - t). Map values outside [0, 1] count as the nearer bound, NaN as 0.
    static func logits(of values: [Float], backgroundScore: Float) -> [Float] {
        values.map { slope * ($0.clampedToUnit - backgroundScore.clampedToUnit) }
    }
}

extension Float {
    /// Limited to [0, 1], NaN to 0.
    fileprivate var clampedToUnit: Float { self > 0 ? (self < 1 ? self : 1) : 0 }
}
