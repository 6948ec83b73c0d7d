import TestSupport
import Testing

@testable import Engine

struct ContourScoreTests {
    private static func boundary(_ mask: IndexMask, _ index: UInt16) -> [Bool] {
        func inside(_ x: Int, _ y: Int) -> Bool {
            mask.indices[min(y, mask.height - 1) * mask.width + min(x, mask.width - 1)] == index
        }
        return (0..<mask.height).flatMap { y in
            (0..<mask.width).map { x in
                [(x + 1, y), (x, y + 1), (x + 1, y + 1)].contains { inside($0.0, $0.1) != inside(x, y) }
            }
        }
    }

    /// Every boundary pixel against every one of the other side.
    private static func matches(_ a: [Bool], _ b: [Bool], width: Int, radius: Int) -> Int {
        a.indices.filter { i in
            a[i]
                && b.indices.contains { j in
                    let (dx, dy) = (i % width - j % width, i / width - j / width)
                    return b[j] && dx * dx + dy * dy <= radius * radius
                }
        }.count
    }

    @Test(arguments: [(31, 17), (1, 40), (40, 1), (23, 23), (1, 1)])
    func boundariesAndMatches_equalTheDefinition(_ size: (width: Int, height: Int)) {
        var random = SeededRandom(seed: 12)
        for radius in [0, 1, 2, 5, 9, 60] {
            let masks = (0..<2).map { _ in
                RandomMasks.mask(width: size.width, height: size.height, classCount: 2, &random)
            }
            let planes = masks.map { mask in
                mask.indices.withUnsafeBufferPointer {
                    BoundaryPlane(of: 1, in: $0.baseAddress!, width: mask.width, height: mask.height)
                }
            }
            let expected = masks.map { Self.boundary($0, 1) }
            for (plane, boundary) in zip(planes, expected) {
                #expect(plane.pixels.map { $0 != 0 } == boundary)
                #expect(plane.count == boundary.filter(\.self).count)
            }
            #expect(
                planes[0].matched(to: planes[1], radius: radius)
                    == Self.matches(expected[0], expected[1], width: size.width, radius: radius))
        }
    }

    /// 0.8 % of the diagonal, rounded up; 500 x 375 is exactly 5.
    @Test func tolerance_growsWithTheDiagonal() {
        #expect(ContourScore.tolerance(width: 500, height: 375) == 5)
        #expect(ContourScore.tolerance(width: 501, height: 375) == 6)
        #expect(ContourScore.tolerance(width: 83, height: 61) == 1)
    }

    @Test func shiftedSquare_isMatchedUpToTheToleranceOnly() {
        func square(_ left: Int) -> IndexMask {
            var mask = IndexMask(width: 300, height: 225, indices: [UInt16](repeating: 0, count: 300 * 225))
            for y in 50..<150 { for x in left..<left + 100 { mask.indices[y * 300 + x] = 1 } }
            return mask
        }
        // The tolerance is 3 pixels.
        for (shift, isWhole) in [(0, true), (3, true), (4, false)] {
            var score = ContourScore(classCount: 2)
            score.add(prediction: square(60 + shift), truth: square(60))
            #expect((score.mean == 1) == isWhole)
            #expect(score.fOfClasses[1] == nil)
        }
    }

    @Test func ignoredPixels_countAsBackground() {
        var random = SeededRandom(seed: 3)
        let truth = RandomMasks.mask(width: 60, height: 40, classCount: 3, ignore: true, &random)
        let prediction = RandomMasks.mask(width: 60, height: 40, classCount: 3, &random)
        #expect(truth.indices.contains(IndexMask.ignore))
        var plain = truth
        plain.indices = truth.indices.map { $0 == IndexMask.ignore ? 0 : $0 }
        var (a, b) = (ContourScore(classCount: 3), ContourScore(classCount: 3))
        a.add(prediction: prediction, truth: truth)
        b.add(prediction: prediction, truth: plain)
        #expect(a == b)
    }

    @Test func missedAndInventedClasses_scoreZero() {
        let empty = IndexMask(width: 20, height: 20, indices: [UInt16](repeating: 0, count: 400))
        var object = empty
        for index in 100..<150 { object.indices[index] = 1 }
        for (prediction, truth) in [(empty, object), (object, empty)] {
            var score = ContourScore(classCount: 1)
            score.add(prediction: prediction, truth: truth)
            #expect(score.fOfClasses == [0])
        }
        #expect(ContourScore(classCount: 1).mean == nil)
    }
}
