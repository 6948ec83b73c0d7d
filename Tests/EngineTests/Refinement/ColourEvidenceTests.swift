import Foundation
import Testing

@testable import Engine

@Suite struct ColourEvidenceTests {
    private func evidence(_ logits: [Float], _ picture: RGBImage) -> [Float] {
        ColourEvidence(LabImage(picture)).logits(
            of: ClassMaps(classes: [3], width: picture.width, height: picture.height, values: logits)
        ).values
    }

    /// Counted by hand: 512 pixels, so 2 pixels' worth of doubt a colour.
    @Test func evidence_isTheLogOddsOfTheColourBesideThoseOfThePicture() {
        let picture = RefinementFixtures.twoColours(width: 32, height: 16, edge: 8)
        // Posterior 0.8 on the 128 pixels of the first colour, 0.3 on the 384 of the second.
        let logits = (0..<512).map { $0 % 32 < 8 ? log(4) as Float : log(3.0 / 7) }
        let values = evidence(logits, picture)
        let share: Float = (128 * 0.8 + 384 * 0.3) / 512
        func expected(_ inside: Float, _ outside: Float) -> Float {
            log((inside + 2 * share) / (outside + 2 * (1 - share))) - log(share / (1 - share))
        }
        for pixel in 0..<512 {
            let wanted = pixel % 32 < 8 ? expected(128 * 0.8, 128 * 0.2) : expected(384 * 0.3, 384 * 0.7)
            #expect(abs(values[pixel] - wanted) < 1e-4)
        }
    }

    @Test func picture_ofOneColour_saysNothing() {
        let values = evidence((0..<400).map { $0 < 100 ? 5 : -5 }, RefinementFixtures.flatImage(width: 20, height: 20))
        #expect(values.allSatisfy { abs($0) < 1e-5 })
    }

    /// A class that is sure to be everywhere, or nowhere, has no colours to tell it by.
    @Test(arguments: [-1000, 1000] as [Float]) func surePicture_staysFinite(_ logit: Float) {
        let picture = RefinementFixtures.noiseImage(width: 9, height: 7, seed: 3)
        #expect(evidence([Float](repeating: logit, count: 63), picture).allSatisfy { abs($0) < 1e-3 })
    }

    @Test func eachClass_isJudgedByItself() {
        let picture = RefinementFixtures.noiseImage(width: 24, height: 18, seed: 4)
        var noise = RefinementFixtures.Noise(seed: 5)
        let planes = (0..<3).map { _ in noise.values(432).map { 6 * $0 - 3 } }
        let together = ColourEvidence(LabImage(picture)).logits(
            of: ClassMaps(classes: [0, 1, 2], width: 24, height: 18, values: planes.flatMap { $0 }))
        for (position, plane) in planes.enumerated() {
            #expect(Array(together.values[together.range(ofMap: position)]) == evidence(plane, picture))
        }
    }
}
