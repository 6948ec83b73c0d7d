import Foundation
import Testing

@testable import Engine

@Suite struct PermutohedralLatticeTests {
    /// Sum over all pixels of exp(-|f_i - f_j|^2 / 2) in_j, the sum the lattice approximates.
    private func gaussian(_ features: [[Float]], _ values: [Float]) -> [Float] {
        features.map { centre in
            zip(features, values).reduce(Float(0)) { sum, other in
                let distance = zip(centre, other.0).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                return sum + exp(-distance / 2) * other.1
            }
        }
    }

    /// Largest and mean difference of the normalised results, lattice against the dense sum.
    private func errors(
        _ lattice: PermutohedralLattice, _ features: [[Float]], _ values: [Float]
    ) -> (largest: Float, mean: Float) {
        let ones = [Float](repeating: 1, count: values.count)
        let approximate = zip(lattice.filter(values), lattice.filter(ones)).map { $0 / $1 }
        let exact = zip(gaussian(features, values), gaussian(features, ones)).map { $0 / $1 }
        let differences = zip(approximate, exact).map { abs($0 - $1) }
        return (differences.max() ?? 0, differences.reduce(0, +) / Float(differences.count))
    }

    /// The lattice is an approximation: normalised results within 0.06 of the dense sum here, 0.02 on average.
    @Test func positionFilter_approximatesDenseGaussian() {
        let (width, height) = (24, 18)
        var noise = RefinementFixtures.Noise(seed: 11)
        let values = noise.values(width * height)
        let features = (0..<width * height).map { [Float($0 % width) / 3, Float($0 / width) / 3] }
        let lattice = PermutohedralLattice(width: width, height: height, positionDeviation: 3)

        let error = errors(lattice, features, values)
        #expect(error.largest < 0.06)
        #expect(error.mean < 0.02)
    }

    @Test func bilateralFilter_approximatesDenseGaussian() {
        let (width, height) = (20, 16)
        let image = RefinementFixtures.twoColours(width: width, height: height, edge: 9)
        let values = (0..<width * height).map { Float($0 % width) / Float(width) }
        let features = (0..<width * height).map { pixel in
            [Float(pixel % width) / 6, Float(pixel / width) / 6]
                + (0..<3).map { Float(image.pixels[pixel * 3 + $0]) / 40 }
        }
        let lattice = PermutohedralLattice(image: image, positionDeviation: 6, colourDeviation: 40)

        let error = errors(lattice, features, values)
        #expect(error.largest < 0.06)
        #expect(error.mean < 0.02)
    }

    @Test func colourEdge_stopsTheFilter() {
        let image = RefinementFixtures.twoColours(width: 10, height: 10, edge: 5)
        let lattice = PermutohedralLattice(image: image, positionDeviation: 80, colourDeviation: 13)
        let left = lattice.filter((0..<100).map { $0 % 10 < 5 ? 1 : 0 })
        for pixel in 0..<100 {
            #expect(pixel % 10 < 5 ? left[pixel] > 1 : left[pixel] == 0)
        }
    }

    /// The kernel matrix is symmetric up to what the blur loses at vertices no pixel touches.
    @Test func filter_isNearlySymmetric() {
        let image = RefinementFixtures.noiseImage(width: 16, height: 12, seed: 12)
        let lattice = PermutohedralLattice(image: image, positionDeviation: 8, colourDeviation: 60)
        var noise = RefinementFixtures.Noise(seed: 13)
        let (u, v) = (noise.values(192), noise.values(192))

        let forward = zip(u, lattice.filter(v)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        let backward = zip(v, lattice.filter(u)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        #expect(abs(forward - backward) < 0.02 * abs(forward))
    }

    @Test func filter_isLinear() {
        let image = RefinementFixtures.noiseImage(width: 11, height: 13, seed: 14)
        let lattice = PermutohedralLattice(image: image, positionDeviation: 8, colourDeviation: 60)
        var noise = RefinementFixtures.Noise(seed: 15)
        let (u, v) = (noise.values(143), noise.values(143))
        let combined = lattice.filter(zip(u, v).map { 2 * $0 - 3 * $1 })
        let separate = zip(lattice.filter(u), lattice.filter(v)).map { 2 * $0 - 3 * $1 }
        for pixel in 0..<143 { #expect(abs(combined[pixel] - separate[pixel]) < 1e-3) }
    }

    /// D^-1/2 K D^-1/2 with D = K 1 has the eigenvector D^1/2 to the eigenvalue 1.
    @Test func symmetricNormalisation_keepsRootOfRowSums() {
        let image = RefinementFixtures.noiseImage(width: 14, height: 10, seed: 16)
        var lattice = PermutohedralLattice(image: image, positionDeviation: 8, colourDeviation: 60)
        let roots = lattice.filter([Float](repeating: 1, count: 140)).map { $0.squareRoot() }
        lattice.normaliseSymmetrically(factor: 1)
        for (value, root) in zip(lattice.filter(roots), roots) { #expect(abs(value - root) < 1e-4 * root) }
    }

    @Test func onePixel_hasOneSimplex() {
        let lattice = PermutohedralLattice(
            image: RefinementFixtures.flatImage(width: 1, height: 1), positionDeviation: 80, colourDeviation: 13)
        #expect(lattice.vertexCount == 6)
        #expect(lattice.filter([2])[0] > 0)
    }

    /// Every pixel's weights are barycentric: not negative, the same sum for all.
    @Test func weights_areBarycentric() {
        let image = RefinementFixtures.noiseImage(width: 31, height: 29, seed: 17)
        let lattice = PermutohedralLattice(image: image, positionDeviation: 80, colourDeviation: 13)
        for pixel in 0..<lattice.pixelCount {
            let weights = lattice.weights[pixel * 6..<pixel * 6 + 6]
            let sum = weights.reduce(0, +)
            #expect(weights.allSatisfy { $0 > -1e-5 })
            #expect(abs(sum - (32.0 / 33.0 as Float).squareRoot()) < 1e-4)
        }
    }
}
