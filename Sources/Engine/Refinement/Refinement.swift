/// What turns class activation maps into posteriors: one replaceable step of the pipeline.
public enum Refinement: String, Sendable, CaseIterable {
    /// Every class refined against the image's colour edges by itself (`BinomialRefinement`).
    case binomial
    /// The posterior of each pixel from its own map value alone.
    case none

    /// Posteriors of the classes, each against everything else; 0.5 is the decision boundary.
    ///
    /// - Parameters:
    ///   - maps: class maps, max-min-normalised to [0, 1], one map a class, at the image's size.
    ///   - image: the picture, as large as the maps.
    ///   - backgroundScore: the map value t in [0, 1] from which on a pixel counts as the class.
    /// - Returns: maps of the same classes and size with values strictly inside (0, 1).
    /// - Precondition: maps and image have the same size.
    public func posteriors(of maps: ClassMaps, image: RGBImage, backgroundScore: Float) -> ClassMaps {
        switch self {
        case .binomial:
            return BinomialRefinement().posteriors(of: maps, image: image, backgroundScore: backgroundScore)
        case .none:
            precondition(maps.width == image.width && maps.height == image.height)
            var posteriors = maps
            posteriors.values = BinomialRefinement.logits(of: maps.values, backgroundScore: backgroundScore)
            posteriors.values.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
            return posteriors
        }
    }
}
