import TestSupport

@testable import Engine

/// Masks and maps of rectangles, so that there are both areas and outlines.
enum RandomMasks {
    /// - Parameter ignore: whether some pixels are `IndexMask.ignore`.
    static func mask(
        width: Int, height: Int, classCount: Int, ignore: Bool = false, _ random: inout SeededRandom
    ) -> IndexMask {
        var mask = IndexMask(width: width, height: height, indices: [UInt16](repeating: 0, count: width * height))
        for number in 0..<6 {
            let index =
                ignore && number == 5 ? IndexMask.ignore : UInt16.random(in: 0...UInt16(classCount), using: &random)
            let (left, top) = (Int.random(in: 0..<width, using: &random), Int.random(in: 0..<height, using: &random))
            for y in top..<Int.random(in: top...height, using: &random) {
                for x in left..<Int.random(in: left...width, using: &random) { mask.indices[y * width + x] = index }
            }
        }
        return mask
    }

    /// Values in [0, 1), a quarter of them 0.
    static func maps(classes: [Int], width: Int, height: Int, _ random: inout SeededRandom) -> ClassMaps {
        ClassMaps(
            classes: classes, width: width, height: height,
            values: (0..<classes.count * width * height).map { _ in max(0, Float.random(in: -0.33..<1, using: &random))
            })
    }
}
