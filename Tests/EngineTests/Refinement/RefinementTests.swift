import Foundation
import Testing

@testable import Engine

@Suite struct RefinementTests {
    private func posteriors(
        _ refinement: Refinement, of maps: ClassMaps, image: RGBImage, backgroundScore: Float
    ) -> ClassMaps {
        var refined = refinement.logits(of: maps, image: image, backgroundScore: backgroundScore)
        refined.values.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
        return refined
    }

    private func refined(_ maps: ClassMaps, _ image: RGBImage, t: Float = 0.5) -> ClassMaps {
        posteriors(.binomial, of: maps, image: image, backgroundScore: t)
    }

    /// The map's edge is blurred and 5 pixels off; the refined one lies on the colour edge.
    @Test func posteriorEdge_followsColourEdge() {
        let (width, height, edge) = (60, 40, 30)
        let image = RefinementFixtures.twoColours(width: width, height: height, edge: edge)
        let map = RefinementFixtures.ramp(width: width, height: height, centre: 35, blur: 20)
        let maps = ClassMaps(classes: [4], width: width, height: height, values: map)

        let plain = posteriors(.none, of: maps, image: image, backgroundScore: 0.5)
        let posteriors = refined(maps, image)

        for y in 0..<height {
            #expect((0..<width).filter { plain.values[y * width + $0] > 0.5 }.count == 35)
            #expect((0..<width).filter { posteriors.values[y * width + $0] > 0.5 } == Array(0..<edge))
        }
    }

    @Test func unrefinedPosterior_isLogisticOfDistanceToBackgroundScore() {
        let image = RefinementFixtures.flatImage(width: 5, height: 1)
        let maps = ClassMaps(classes: [0], width: 5, height: 1, values: [0, 0.25, 0.3, 0.35, 1])
        let posteriors = posteriors(.none, of: maps, image: image, backgroundScore: 0.3)
        for (value, map) in zip(posteriors.values, maps.values) {
            #expect(abs(value - 1 / (1 + exp(-10 * (map - 0.3)))) < 1e-6)
        }
        #expect(posteriors.values[2] == 0.5)
    }

    /// Exactly, for every number of classes, as the number decides how classes share vector lanes.
    @Test(arguments: 1...6) func posteriorOfOneClass_doesNotDependOnOthers(count: Int) {
        let (width, height) = (37, 21)
        let image = RefinementFixtures.noiseImage(width: width, height: height, seed: 21)
        var noise = RefinementFixtures.Noise(seed: 22)
        let planes = (0..<count).map { _ in noise.values(width * height) }
        let together = refined(
            ClassMaps(classes: Array(0..<count), width: width, height: height, values: planes.flatMap { $0 }), image)
        for (position, plane) in planes.enumerated() {
            let alone = refined(ClassMaps(classes: [position], width: width, height: height, values: plane), image)
            #expect(Array(together.values[together.range(ofMap: position)]) == alone.values)
        }
    }

    @Test func sameInput_givesSameBits() {
        let image = RefinementFixtures.noiseImage(width: 50, height: 33, seed: 23)
        var noise = RefinementFixtures.Noise(seed: 24)
        let maps = ClassMaps(classes: [1, 7, 9], width: 50, height: 33, values: noise.values(3 * 1650))
        #expect(refined(maps, image).values.map(\.bitPattern) == refined(maps, image).values.map(\.bitPattern))
    }

    @Test(arguments: [(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (13, 4)])
    func tinyPictures_givePosteriorsInsideUnitInterval(width: Int, height: Int) {
        let image = RefinementFixtures.noiseImage(width: width, height: height, seed: 25)
        var noise = RefinementFixtures.Noise(seed: 26)
        let maps = ClassMaps(classes: [2], width: width, height: height, values: noise.values(width * height))
        for refinement in Refinement.allCases {
            let posteriors = posteriors(refinement, of: maps, image: image, backgroundScore: 0.4)
            #expect(posteriors.classes == [2])
            #expect(posteriors.values.count == width * height)
            #expect(posteriors.values.allSatisfy { $0 > 0 && $0 < 1 })
        }
    }

    @Test func flatPicture_keepsConstantMapsOnTheirSide() {
        let image = RefinementFixtures.flatImage(width: 30, height: 20)
        for (value, isClass) in [(0, false), (0.29, false), (0.31, true), (1, true)] as [(Float, Bool)] {
            let maps = ClassMaps(
                classes: [0], width: 30, height: 20, values: [Float](repeating: value, count: 600))
            let posteriors = refined(maps, image, t: 0.3)
            #expect(posteriors.values.allSatisfy { $0 > 0 && $0 < 1 && ($0 > 0.5) == isClass })
        }
    }

    @Test func noClasses_giveNoMaps() {
        let image = RefinementFixtures.flatImage(width: 8, height: 6)
        let maps = ClassMaps(classes: [], width: 8, height: 6)
        for refinement in Refinement.allCases {
            #expect(posteriors(refinement, of: maps, image: image, backgroundScore: 0.3) == maps)
        }
    }

    @Test func extremeValues_neverGiveNaN() {
        let image = RefinementFixtures.noiseImage(width: 6, height: 4, seed: 27)
        let values: [Float] =
            [.nan, .infinity, -.infinity, -3, 7, .greatestFiniteMagnitude] + (0..<18).map { _ in 0.5 }
        let maps = ClassMaps(classes: [0], width: 6, height: 4, values: values)
        for refinement in Refinement.allCases {
            for t in [0, 1, .nan, -5, .infinity] as [Float] {
                let posteriors = posteriors(refinement, of: maps, image: image, backgroundScore: t)
                #expect(posteriors.values.allSatisfy { $0 > 0 && $0 < 1 })
            }
        }
    }
}
