import Testing

@testable import Engine

struct AlignedResizeTests {
    private static func resized(_ maps: [Float], _ source: MapSize, _ target: MapSize) -> [Float] {
        var output = [Float](repeating: .nan, count: maps.count / source.count * target.count)
        AlignedResize(from: source, to: target).forward(maps, channels: maps.count / source.count, into: &output)
        return output
    }

    @Test func plane_isReproducedExactlyAtItsCorners() {
        // Bilinear resizing reproduces a function that is linear in both axes.
        func plane(_ size: MapSize) -> [Float] {
            (0..<size.count).map { cell in
                let y = size.height > 1 ? Float(cell / size.width) / Float(size.height - 1) : 0
                let x = size.width > 1 ? Float(cell % size.width) / Float(size.width - 1) : 0
                return 3 * y - 2 * x + 1
            }
        }
        let small = MapSize(height: 4, width: 7)
        for target in [MapSize(height: 9, width: 5), MapSize(height: 2, width: 2), small] {
            #expect(largestDifference(Self.resized(plane(small), small, target), plane(target)) < 1e-5)
        }
    }

    @Test func singleCell_takesTheFirstCorner() {
        let values = Self.resized([1, 2, 3, 4], MapSize(height: 2, width: 2), MapSize(height: 1, width: 1))
        #expect(values == [1])
        #expect(Self.resized([7], MapSize(height: 1, width: 1), MapSize(height: 1, width: 3)) == [7, 7, 7])
    }

    /// <resize x, g> = <x, adjoint g>
    @Test(arguments: [(5, 6, 3, 4), (3, 4, 8, 9), (6, 1, 2, 3)])
    func backward_isTheAdjoint(_ sizes: (Int, Int, Int, Int)) {
        let source = MapSize(height: sizes.0, width: sizes.1)
        let target = MapSize(height: sizes.2, width: sizes.3)
        let maps = LossFixtures.values(2 * source.count, seed: 1)
        let outputGradient = LossFixtures.values(2 * target.count, seed: 2)
        var gradient = [Float](repeating: 0, count: maps.count)
        AlignedResize(from: source, to: target).backward(outputGradient, channels: 2, gradient: &gradient)
        let forward = LossFixtures.dot(Self.resized(maps, source, target), outputGradient)
        #expect(abs(forward - LossFixtures.dot(maps, gradient)) < 1e-5)
    }
}
