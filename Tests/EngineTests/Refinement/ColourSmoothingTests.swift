import Foundation
import Testing

@testable import Engine

@Suite struct ColourSmoothingTests {
    private let parameters = ColourSmoothing.Parameters(cellSize: 1, threshold: 2.5, positionDeviation: 2)

    /// The formula of the feature similarity loss, written down directly, on cells of one pixel.
    @Test func smoothing_isMeanWeightedByPull() {
        let (width, height) = (11, 7)
        var image = RefinementFixtures.noiseImage(width: width, height: height, seed: 31)
        image.pixels = image.pixels.map { 100 + $0 / 5 }
        var noise = RefinementFixtures.Noise(seed: 32)
        let values = noise.values(width * height)
        let maps = ClassMaps(classes: [0], width: width, height: height, values: values)

        let smoothed = ColourSmoothing(image: image, parameters: parameters).smooth(maps).values

        for i in 0..<width * height {
            var (sum, total): (Double, Double) = (0, 0)
            for j in 0..<width * height {
                let (dx, dy) = (i % width - j % width, i / width - j / width)
                guard dx * dx + dy * dy <= 16 else { continue }
                let d = (0..<3).reduce(0.0) {
                    $0 + abs(Double(image.pixels[i * 3 + $1]) - Double(image.pixels[j * 3 + $1])) / 255 / 3
                }
                let pull = max(0, -tanh(2.5 + log((d + 1e-5) / (1 - d + 1e-5))))
                let weight = pull * exp(-0.5 * Double(dx * dx + dy * dy) / 4)
                sum += weight * Double(values[j])
                total += weight
            }
            #expect(abs(Double(smoothed[i]) - sum / total) < 1e-4)
        }
    }

    @Test func constantMap_staysAsItIs() {
        let image = RefinementFixtures.noiseImage(width: 21, height: 18, seed: 33)
        let maps = ClassMaps(classes: [3], width: 21, height: 18, values: [Float](repeating: 0.6, count: 378))
        let smoothed = ColourSmoothing(image: image, parameters: BinomialRefinement.smoothing).smooth(maps)
        #expect(smoothed.values.allSatisfy { abs($0 - 0.6) < 1e-5 })
    }

    @Test func differentColours_doNotMix() {
        let image = RefinementFixtures.twoColours(width: 16, height: 8, edge: 8)
        let values = (0..<128).map { $0 % 16 < 8 ? Float(1) : 0 }
        let maps = ClassMaps(classes: [0], width: 16, height: 8, values: values)
        #expect(ColourSmoothing(image: image, parameters: parameters).smooth(maps).values == values)
    }
}
