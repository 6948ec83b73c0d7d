import TestSupport
import Testing

@testable import Engine

@Suite struct ConfusionMatrixFiguresTests {
    private let ignore = IndexMask.ignore

    private func matrix(_ prediction: [UInt16], _ truth: [UInt16], classCount: Int) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: classCount)
        matrix.add(
            ImageScore(
                prediction: IndexMask(width: prediction.count, height: 1, indices: prediction),
                truth: IndexMask(width: truth.count, height: 1, indices: truth), classCount: classCount))
        return matrix
    }

    @Test func figures_areThoseByHand() {
        let matrix = matrix([0, 0, 1, 1, 1, ignore, 2, 0], [0, 0, 0, 1, 1, 1, ignore, 1], classCount: 3)
        #expect(matrix.precision == [2.0 / 3, 2.0 / 3, nil, nil])
        #expect(matrix.recall == [2.0 / 3, 2.0 / 3, nil, nil])
        #expect(matrix.pixelAccuracy == 4.0 / 6)
        #expect(matrix.coverage == 6.0 / 7)
    }

    @Test func classOnOneSideOnly_hasOneFigure() {
        let predicted = matrix([2, 0], [0, 0], classCount: 2)
        #expect(predicted.precision == [1, nil, 0] && predicted.recall == [0.5, nil, nil])
        let missed = matrix([0, 0], [2, 0], classCount: 2)
        #expect(missed.precision == [0.5, nil, nil] && missed.recall == [1, nil, 0])
    }

    @Test func withoutAPixel_nothingIsDefined() {
        let matrix = matrix([1, 0], [ignore, ignore], classCount: 1)
        #expect(matrix.precision == [nil, nil] && matrix.recall == [nil, nil])
        #expect(matrix.pixelAccuracy == nil && matrix.coverage == nil)
    }

    @Test func predictionThatLeavesAllOut_coversNothing() {
        let matrix = matrix([ignore, ignore], [1, 0], classCount: 1)
        #expect(matrix.coverage == 0 && matrix.pixelAccuracy == nil)
    }

    /// IoU, precision and recall of one index have one set of counts: 1/IoU = 1/precision + 1/recall - 1.
    @Test func precisionAndRecall_agreeWithIoU() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<20 {
            var matrix = ConfusionMatrix(classCount: 5)
            let truth = RandomMasks.mask(width: 40, height: 30, classCount: 5, ignore: true, &random)
            let prediction = RandomMasks.mask(width: 40, height: 30, classCount: 5, ignore: true, &random)
            matrix.add(ImageScore(prediction: prediction, truth: truth, classCount: 5))
            for index in 0...5 {
                guard let iou = matrix.iou[index], iou > 0, let precision = matrix.precision[index],
                    let recall = matrix.recall[index]
                else { continue }
                #expect(abs(1 / iou - (1 / precision + 1 / recall - 1)) < 1e-9)
            }
        }
    }
}
