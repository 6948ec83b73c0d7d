/// What turns class activation maps into what each pixel is: one replaceable step of the pipeline.
public enum Refinement: String, Sendable, CaseIterable {
    /// Every class refined against the image's colour edges by itself (`BinomialRefinement`).
    case binomial
    /// All classes and the background in one dense CRF, as the reference does it (`MultinomialRefinement`).
    case multinomial
    /// Each pixel from its own map value alone.
    case none

    /// Logits of the classes, each against everything else: over 0 where a pixel is the class's.
    ///
    /// - Parameters:
    ///   - maps: class activation maps, one map a class, values in [0, 2), of which 1 is customary at an object's heart.
    ///   - image: the picture, as large as the maps; made only where it is looked at.
    ///   - backgroundScore: the map value t in [0, 1] from which on a pixel counts as the class.
    /// - Returns: maps of the same classes and size; finite.
    /// - Precondition: maps and image have the same size.
    public func logits(of maps: ClassMaps, image: @autoclosure () -> RGBImage, backgroundScore: Float) -> ClassMaps {
        guard !maps.classes.isEmpty else { return maps }
        switch self {
        case .binomial:
            return BinomialRefinement.logits(of: maps, image: image(), backgroundScore: backgroundScore)
        case .multinomial:
            return MultinomialRefinement.logits(of: maps, image: image(), backgroundScore: backgroundScore)
        case .none:
            return BinomialRefinement.unary(maps, backgroundScore: backgroundScore)
        }
    }
}
