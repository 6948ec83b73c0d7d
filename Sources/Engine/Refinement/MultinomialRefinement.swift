import Foundation

/// The reference's refinement, kept to compare with: one dense CRF over all classes and the background, exactly one of
/// them at each pixel (SEAM, CVPR 2020, and AffinityNet, CVPR 2018).
///
/// The probability of a class is its map's value c, that of the background (1 - max c)^alpha; alpha takes the place of a
/// background score t, where both are even: t = (1 - t)^alpha.
enum MultinomialRefinement {
    /// The reference's, for maps whose values are `WorkingSize.mapStride` pixels wide.
    static let crf = DenseCRF.Parameters(
        gaussianDeviation: 3 / Float(WorkingSize.mapStride), gaussianCompatibility: 3,
        bilateralDeviation: 80 / Float(WorkingSize.mapStride), bilateralColourDeviation: 13, bilateralCompatibility: 10,
        iterations: 10)

    /// Keeps logarithms finite, as the reference does.
    private static let smallest: Float = 1e-5

    /// Parameters and result as in `Refinement.logits`; a logit is that of the class against the most probable of the others.
    static func logits(of maps: ClassMaps, image: RGBImage, backgroundScore: Float) -> ClassMaps {
        precondition(maps.width == image.width && maps.height == image.height)
        let (pixels, classes) = (maps.width * maps.height, maps.classes.count)
        let alpha = exponent(backgroundScore: backgroundScore)
        var unary = [Float](repeating: 0, count: pixels * (classes + 1))
        for pixel in 0..<pixels {
            var highest: Float = 0
            for position in 0..<classes {
                let value = maps.values[position * pixels + pixel].limited(to: 1)
                highest = max(highest, value)
                unary[(position + 1) * pixels + pixel] = log(max(value, smallest))
            }
            unary[pixel] = max(log(smallest), alpha * log(max(1 - highest, smallest)))
        }
        let posteriors = DenseCRF(image: image, parameters: crf).multinomial(logits: unary)
        var result = maps
        for pixel in 0..<pixels {
            for position in 0..<classes {
                var other = smallest
                for label in 0...classes where label != position + 1 {
                    other = max(other, posteriors[label * pixels + pixel])
                }
                result.values[position * pixels + pixel] = log(
                    max(posteriors[(position + 1) * pixels + pixel], smallest) / other)
            }
        }
        return result
    }

    /// alpha of t = (1 - t)^alpha.
    static func exponent(backgroundScore: Float) -> Float {
        let score = min(max(backgroundScore.limited(to: 1), 0.01), 0.99)
        return log(score) / log(1 - score)
    }
}
