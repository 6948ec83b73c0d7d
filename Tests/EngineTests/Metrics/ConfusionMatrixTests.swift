import TestSupport
import Testing

@testable import Engine

struct ConfusionMatrixTests {
    private func matrix(_ prediction: [UInt16], _ truth: [UInt16], classCount: Int) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: classCount)
        matrix.add(
            ImageScore(
                prediction: IndexMask(width: prediction.count, height: 1, indices: prediction),
                truth: IndexMask(width: truth.count, height: 1, indices: truth), classCount: classCount))
        return matrix
    }

    /// Of ten pixels one is ignored and two are left out. Class 2 is only predicted, class 3 nowhere.
    @Test func figures_areThoseByHand() throws {
        let ignore = IndexMask.ignore
        let matrix = matrix(
            [0, 0, 0, 1, 1, 2, 1, ignore, ignore, 0], [0, 0, 1, 1, 1, 1, 0, 0, 1, ignore], classCount: 3)
        #expect(matrix.truthPixels == [3, 4, 0, 0])
        #expect(matrix.predictedPixels == [3, 3, 1, 0])
        #expect(matrix.precision == [2.0 / 3, 2.0 / 3, 0, nil])
        #expect(matrix.recall == [2.0 / 3, 0.5, nil, nil])
        #expect(matrix.iou == [0.5, 0.4, 0, nil])
        let means = [(matrix.meanIoU, 0.3), (matrix.meanPrecision, 4.0 / 9), (matrix.meanRecall, 7.0 / 12)]
        for (mean, expected) in means { #expect(abs(try #require(mean) - expected) < 1e-15) }
        #expect(matrix.pixelAccuracy == 4.0 / 7)
        #expect(matrix.coverage == 7.0 / 9)
        #expect(matrix.ignored == 1 && matrix.ignoredShare == 0.1)
    }

    @Test func overlaps_areTheMatrixOfOneImage() {
        let (prediction, truth): ([UInt16], [UInt16]) = ([0, 3, 3, 1, IndexMask.ignore], [0, 3, 1, 1, 2])
        let score = ImageScore(
            prediction: IndexMask(width: 5, height: 1, indices: prediction),
            truth: IndexMask(width: 5, height: 1, indices: truth), classCount: 4)
        let matrix = matrix(prediction, truth, classCount: 4)
        #expect(score.overlaps.map(\.index) == [0, 1, 3])
        for overlap in score.overlaps {
            #expect(overlap.iou == matrix.iou[overlap.index])
            #expect(overlap.truth == matrix.truthPixels[overlap.index])
            #expect(overlap.predicted == matrix.predictedPixels[overlap.index])
        }
        #expect(score.meanIoU == matrix.meanIoU)
        // Class 2 is in no figure, but it is there.
        #expect(score.highestIndex == 3 && score.contours.map(\.classIndex) == [0, 1, 2])
    }

    @Test func classOnOneSideOnly_hasOneFigure() {
        let predicted = matrix([2, 0], [0, 0], classCount: 2)
        #expect(predicted.precision == [1, nil, 0] && predicted.recall == [0.5, nil, nil])
        let missed = matrix([0, 0], [2, 0], classCount: 2)
        #expect(missed.precision == [0.5, nil, nil] && missed.recall == [1, nil, 0])
    }

    @Test func withoutAPixel_nothingIsDefined() {
        let matrix = matrix([1, 0], [IndexMask.ignore, IndexMask.ignore], classCount: 1)
        #expect(matrix.precision == [nil, nil] && matrix.recall == [nil, nil])
        #expect(matrix.pixelAccuracy == nil && matrix.coverage == nil && matrix.meanIoU == nil)
        #expect(matrix.meanPrecision == nil && matrix.meanRecall == nil && matrix.ignoredShare == 1)
    }

    @Test func predictionThatLeavesAllOut_coversNothing() {
        let matrix = matrix([IndexMask.ignore, IndexMask.ignore], [1, 0], classCount: 1)
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
