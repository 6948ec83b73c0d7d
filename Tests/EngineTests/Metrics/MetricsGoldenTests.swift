import Testing

@testable import Engine

@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct MetricsGoldenTests {
    @Test func confusionMatrix_givesTheReferencesIoU() throws {
        let golden = try GoldenMasks()
        var matrix = ConfusionMatrix(classCount: golden.classCount)
        golden.scores.forEach { matrix.add($0) }
        let expected = try golden.floats("iou")
        #expect(largestDifference(matrix.iou.map { Float($0 ?? .nan) }, expected) < 1e-7)
        #expect(abs(Float(try #require(matrix.meanIoU)) - (try golden.floats("miou"))[0]) < 1e-7)
    }

    @Test func contourScore_givesTheReferencesCountsExactly() throws {
        let golden = try GoldenMasks()
        var score = ContourScore(classCount: golden.classCount)
        for pair in golden.pairs { score.add(prediction: pair.prediction, truth: pair.truth) }
        let counts = score.classes.flatMap { [$0.matchedPrediction, $0.matchedTruth, $0.prediction, $0.truth] }
        #expect(counts.map(Float.init) == (try golden.floats("contour_counts")))
        let f = try golden.floats("contour_f_per_class")
        #expect(largestDifference(score.fOfClasses.map { Float($0 ?? .nan) }, f) < 1e-7)
        #expect(abs(Float(try #require(score.mean)) - (try golden.floats("contour_f"))[0]) < 1e-7)
    }

    @Test func imagesCountedApart_addUpToTheSet() throws {
        let golden = try GoldenMasks()
        var whole = ContourScore(classCount: golden.classCount)
        var sum = whole
        for pair in golden.pairs { whole.add(prediction: pair.prediction, truth: pair.truth) }
        golden.scores.forEach { sum.add($0) }
        #expect(sum == whole)
    }
}
