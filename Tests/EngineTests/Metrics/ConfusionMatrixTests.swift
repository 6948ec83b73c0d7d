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
    @Test func figures_areThoseByHand() {
        let ignore = IndexMask.ignore
        let matrix = matrix(
            [0, 0, 0, 1, 1, 2, 1, ignore, ignore, 0], [0, 0, 1, 1, 1, 1, 0, 0, 1, ignore], classCount: 3)
        #expect(matrix.truthPixels == [3, 4, 0, 0])
        #expect(matrix.predictedPixels == [3, 3, 1, 0])
        #expect(matrix.precision == [2.0 / 3, 2.0 / 3, 0, nil])
        #expect(matrix.recall == [2.0 / 3, 0.5, nil, nil])
        #expect(matrix.iou == [0.5, 0.4, 0, nil])
        #expect(abs(matrix.meanIoU - 0.3) < 1e-15)
        #expect(abs(matrix.meanPrecision - 4.0 / 9) < 1e-15 && abs(matrix.meanRecall - 7.0 / 12) < 1e-15)
        #expect(matrix.accuracy == 4.0 / 7)
        #expect(matrix.coverage == 7.0 / 9)
    }

    @Test func nothingCounted_isZeroThroughout() {
        let empty = matrix([0], [IndexMask.ignore], classCount: 1)
        #expect(empty.accuracy == 0 && empty.coverage == 0 && empty.meanIoU == 0)
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
}
