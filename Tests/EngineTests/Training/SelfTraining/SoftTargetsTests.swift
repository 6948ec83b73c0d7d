import Testing

@testable import Engine

/// Crops of 64 pixels, cells of 16: 4 x 4 targets a class.
struct SoftTargetsTests {
    private static let (crop, cell, side) = (64, 16, 4)

    /// Of two classes of a picture, random posteriors.
    private func map(width: Int, height: Int, _ value: ((_ x: Int, _ y: Int) -> UInt8)? = nil) -> SoftTargets.Map {
        var random = RandomStream(seed: 1, .sampling)
        let values = (0..<2 * width * height).map { index in
            value?(index % width, index / width % height) ?? UInt8(random.index(below: 256))
        }
        return SoftTargets.Map(width: width, height: height, values: values)
    }

    private func placement(
        width: Int, height: Int, longSide: Int = 64, flip: Float = 0, seed: UInt64 = 1
    ) -> CropPlacement {
        var random = RandomStream(seed: seed, .augmentation)
        return CropPlacement(
            width: width, height: height,
            Augmentation(crop: SoftTargetsTests.crop, longSide: longSide...longSide, flip: flip), &random)
    }

    /// Of three classes, of which the picture has the first and the last; untouched values are -1.
    private func filled(_ map: SoftTargets.Map, _ placement: CropPlacement) -> [Float] {
        let target = FloatBuffer([Float](repeating: -1, count: 3 * 16))
        SoftTargets([map]).fill(
            example: 0, labels: [0, 2], placement: placement, crop: SoftTargetsTests.crop, cell: SoftTargetsTests.cell,
            into: target.pointer)
        return target.values(3 * 16)
    }

    /// Mean of a map over a square of 4 x 4 values.
    private func mean(_ map: SoftTargets.Map, _ position: Int, x: Int, y: Int) -> Float {
        var sum = 0
        for row in 4 * y..<4 * y + 4 {
            for column in 4 * x..<4 * x + 4 {
                sum += Int(map.values[(position * map.height + row) * map.width + column])
            }
        }
        return Float(sum) / (16 * 255)
    }

    @Test(arguments: [false, true])
    func wholePicture_givesTheMeansOfItsCells(mirrored: Bool) {
        let map = map(width: 16, height: 16)
        let found = filled(map, placement(width: 64, height: 64, flip: mirrored ? 1 : 0))
        for (position, label) in [0, 2].enumerated() {
            for y in 0..<4 {
                for x in 0..<4 {
                    let expected = mean(map, position, x: mirrored ? 3 - x : x, y: y)
                    #expect(abs(found[(label * 4 + y) * 4 + x] - expected) < 1e-6)
                }
            }
        }
        #expect(found[16..<32].allSatisfy { $0 == -1 }, "an absent class is left as it is")
    }

    @Test func padding_isZero() throws {
        // Half as high as the crop, a whole cell below its upper edge.
        let place = try #require(
            (0..<1000).map { placement(width: 64, height: 32, seed: $0) }.first { $0.top == 16 })
        let map = map(width: 16, height: 8)
        let found = filled(map, place)
        for (position, label) in [0, 2].enumerated() {
            for y in 0..<4 {
                for x in 0..<4 {
                    let expected = y == 0 || y == 3 ? 0 : mean(map, position, x: x, y: y - 1)
                    #expect(abs(found[(label * 4 + y) * 4 + x] - expected) < 1e-6)
                }
            }
        }
    }

    /// Against the mean over all pixels of each cell, for a map that changes slowly enough for its samples.
    @Test func anyPlacement_readsWhatTheCropShows() {
        let map = map(width: 20, height: 25) { x, y in UInt8(7 * x + 4 * y) }
        for seed in 0..<40 as Range<UInt64> {
            let place = placement(
                width: 80, height: 100, longSide: [50, 64, 90, 150][Int(seed) % 4], flip: 0.5, seed: seed)
            let found = filled(map, place)
            for y in 0..<4 {
                for x in 0..<4 {
                    var sum = Float(0)
                    for row in 16 * y..<16 * y + 16 {
                        for column in 16 * x..<16 * x + 16 {
                            let shown = (place.isMirrored ? 63 - column : column) - place.left
                            let line = row - place.top
                            guard place.columns.indices.contains(place.columns.lowerBound + shown),
                                place.rows.indices.contains(place.rows.lowerBound + line)
                            else { continue }
                            let u = (Float(place.columns.lowerBound + shown) + 0.5) / Float(place.size.width) * 20
                            let v = (Float(place.rows.lowerBound + line) + 0.5) / Float(place.size.height) * 25
                            sum += Float(map.values[Int(v) * 20 + Int(u)]) / 255
                        }
                    }
                    // At an edge a whole line of samples counts or does not: 1/4 of a cell, of values up to 0.9.
                    let isInside = place.rows.count == 64 && place.columns.count == 64
                    #expect(abs(found[4 * y + x] - sum / 256) < (isInside ? 0.03 : 0.15), "seed \(seed)")
                }
            }
        }
    }

    @Test func reduction_keepsMeansAndWhatIsLeftAtTheEdges() {
        let maps = ClassMaps(classes: [3], width: 6, height: 5, values: (0..<30).map { Float($0) / 30 })
        let map = SoftTargets.Map(reducing: maps)
        #expect(map.width == 3 && map.height == 3)
        // Two columns each, two rows but for the last, of y * 6 + x.
        let means: [Float] = [3.5, 5.5, 7.5, 15.5, 17.5, 19.5, 24.5, 26.5, 28.5]
        #expect(map.values == means.map { UInt8(($0 / 30 * 255).rounded()) })
    }
}
