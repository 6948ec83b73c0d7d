import Foundation
import TestSupport
import Testing

@testable import Engine

struct ImageScoreTests {
    private let ignore = IndexMask.ignore

    @Test func pairs_countWhatBecameOfEachPixel() {
        let score = ImageScore(
            prediction: IndexMask(width: 4, height: 2, indices: [0, 2, 2, ignore, 0, 0, ignore, 1]),
            truth: IndexMask(width: 4, height: 2, indices: [0, 2, 1, 1, ignore, 0, 2, ignore]), classCount: 3)
        let expected: [(Int, Int?, Int)] = [(0, 0, 2), (1, 2, 1), (1, nil, 1), (2, 2, 1), (2, nil, 1)]
        #expect(score.pairs.map(\.truth) == expected.map(\.0))
        #expect(score.pairs.map(\.prediction) == expected.map(\.1))
        #expect(score.pairs.map(\.pixels) == expected.map(\.2))
        #expect(score.contours.map(\.classIndex) == [0, 1])
    }

    @Test func leftOutPixels_areInNoFigureButTheirOwn() {
        var matrix = ConfusionMatrix(classCount: 1)
        matrix.add(
            ImageScore(
                prediction: IndexMask(width: 4, height: 1, indices: [1, ignore, ignore, 0]),
                truth: IndexMask(width: 4, height: 1, indices: [1, 1, 0, 0]), classCount: 1))
        #expect(matrix.counts == [1, 0, 0, 1])
        #expect(matrix.leftOut == [1, 1])
        #expect(matrix.meanIoU == 1)
    }

    @Test func everyPixelIsInOnePair() {
        var random = SeededRandom(seed: 8)
        for _ in 0..<20 {
            let truth = RandomMasks.mask(width: 31, height: 17, classCount: 300, ignore: true, &random)
            let prediction = RandomMasks.mask(width: 31, height: 17, classCount: 300, ignore: true, &random)
            let score = ImageScore(prediction: prediction, truth: truth, classCount: 300)
            #expect(score.pairs.map(\.pixels).reduce(0, +) == truth.indices.count { $0 != ignore })
            for pair in score.pairs {
                let predicted = pair.prediction.map(UInt16.init) ?? ignore
                let pixels = zip(truth.indices, prediction.indices).count { $0 == pair.truth && $1 == predicted }
                #expect(pair.pixels == pixels)
            }
        }
    }

    @Test func score_survivesJSON() throws {
        var random = SeededRandom(seed: 9)
        let score = ImageScore(
            prediction: RandomMasks.mask(width: 20, height: 20, classCount: 4, ignore: true, &random),
            truth: RandomMasks.mask(width: 20, height: 20, classCount: 4, &random), classCount: 4)
        #expect(try JSONDecoder().decode(ImageScore.self, from: JSONEncoder().encode(score)) == score)
    }
}
