import Foundation
import Testing

@testable import Engine

struct MultinomialRefinementTests {
    /// 0.5 = (1 - 0.5)^1; the reference's exponent of 4 is even at 0.2755.
    @Test func exponent_makesBackgroundAndClassEvenAtTheScore() {
        #expect(abs(MultinomialRefinement.exponent(backgroundScore: 0.5) - 1) < 1e-6)
        #expect(abs(MultinomialRefinement.exponent(backgroundScore: 0.2755) - 4) < 2e-3)
        for score in [0.1, 0.3, 0.7] as [Float] {
            let alpha = MultinomialRefinement.exponent(backgroundScore: score)
            #expect(abs(pow(1 - score, alpha) - score) < 1e-6)
        }
    }

    @Test func pixels_haveAtMostOneClass() {
        let image = RefinementFixtures.noiseImage(width: 30, height: 20, seed: 3)
        var noise = RefinementFixtures.Noise(seed: 4)
        let maps = ClassMaps(classes: [1, 2, 5], width: 30, height: 20, values: noise.values(3 * 600))
        let logits = Refinement.multinomial.logits(of: maps, image: image, backgroundScore: 0.3)
        for pixel in 0..<600 { #expect((0..<3).count { logits.values[$0 * 600 + pixel] > 0 } <= 1) }
        #expect(logits.values.contains { $0 > 0 })
    }

    @Test func flatPicture_keepsConstantMapsOnTheirSide() {
        let image = RefinementFixtures.flatImage(width: 16, height: 12)
        for (value, isClass) in [(0.1, false), (0.28, false), (0.32, true), (1, true)] as [(Float, Bool)] {
            let maps = ClassMaps(
                classes: [0], width: 16, height: 12, values: [Float](repeating: value, count: 192))
            let logits = Refinement.multinomial.logits(of: maps, image: image, backgroundScore: 0.3)
            #expect(logits.values.allSatisfy { ($0 > 0) == isClass })
        }
    }
}
