import TestSupport
import Testing

@testable import Engine

struct BootstrapTests {
    private static let classCount = 5

    /// - Parameter flaws: of a hundred pixels so many are given another class.
    private static func scores(images: Int, flaws: Int, seed: UInt64 = 5) -> [ImageScore] {
        var random = SeededRandom(seed: seed)
        return (0..<images).map { _ in
            let truth = RandomMasks.mask(width: 40, height: 30, classCount: 4, ignore: true, &random)
            var prediction = truth
            for pixel in prediction.indices.indices {
                let isFlawed = Int.random(in: 0..<100, using: &random) < flaws
                if prediction.indices[pixel] == IndexMask.ignore || isFlawed { prediction.indices[pixel] = 0 }
            }
            return ImageScore(prediction: prediction, truth: truth, classCount: classCount)
        }
    }

    private func bootstrap(_ seed: UInt64 = 1, threads: Int = 2) -> Bootstrap {
        Bootstrap(resamples: 200, seed: seed, threads: threads)
    }

    @Test func figuresOfEveryImageOnce_areThoseOfTheSet() {
        let scores = Self.scores(images: 20, flaws: 30)
        let figures = SparseCounts(scores, classCount: Self.classCount)
            .figures(weights: [Int](repeating: 1, count: 20))
        let set = SetScore(scores, classCount: Self.classCount)
        #expect(figures.iou == set.confusion.iou && figures.iou[5] == nil)
        #expect(figures.meanIoU == set.confusion.meanIoU && figures.contourF == set.contour.mean)
        #expect(figures.accuracy == set.confusion.pixelAccuracy)
    }

    @Test func weights_countImagesSoOften() {
        let scores = Self.scores(images: 3, flaws: 30)
        let drawn = [scores[1], scores[1], scores[2]]
        #expect(
            SparseCounts(scores, classCount: Self.classCount).figures(weights: [0, 2, 1])
                == SparseCounts(drawn, classCount: Self.classCount).figures(weights: [1, 1, 1]))
    }

    @Test func seed_decidesTheIntervals_threadsDoNot() {
        let scores = Self.scores(images: 20, flaws: 30)
        let intervals = bootstrap().intervals(of: scores, classCount: Self.classCount)
        #expect(bootstrap(threads: 1).intervals(of: scores, classCount: Self.classCount) == intervals)
        #expect(bootstrap(2).intervals(of: scores, classCount: Self.classCount) != intervals)
    }

    @Test func intervals_holdTheFigureAndNarrowWithMoreImages() throws {
        var widths: [Double] = []
        for images in [10, 40, 160] {
            let scores = Self.scores(images: images, flaws: 30)
            let interval = try #require(bootstrap().intervals(of: scores, classCount: Self.classCount).meanIoU)
            let value = try #require(SetScore(scores, classCount: Self.classCount).confusion.meanIoU)
            #expect(interval.low < value && value < interval.high)
            widths.append(interval.high - interval.low)
        }
        #expect(widths == widths.sorted(by: >))
    }

    @Test func imagesThatAreAllAlike_leaveNothingToChance() throws {
        let scores = [ImageScore](repeating: Self.scores(images: 1, flaws: 30)[0], count: 12)
        let intervals = bootstrap().intervals(of: scores, classCount: Self.classCount)
        let set = SetScore(scores, classCount: Self.classCount)
        for (interval, value) in [
            (intervals.meanIoU, set.confusion.meanIoU), (intervals.contourF, set.contour.mean),
            (intervals.accuracy, set.confusion.pixelAccuracy),
        ] {
            #expect(interval?.low != nil && interval?.low == interval?.high && interval?.low == value)
        }
        #expect(intervals.iou.map { $0?.low } == set.confusion.iou)
        #expect(intervals.iou[5] == nil)
    }

    @Test func runAgainstItself_differsByExactlyNothing() {
        let scores = Self.scores(images: 15, flaws: 30)
        let comparison = RunComparison(scores, scores, classCount: Self.classCount, bootstrap: bootstrap())
        for difference in [comparison.meanIoU, comparison.contourF] {
            #expect(difference?.value == 0 && difference?.interval == Bootstrap.Interval(low: 0, high: 0))
        }
        #expect(comparison.equal == 15 && comparison.better == 0 && comparison.worse == 0)
        #expect(comparison.images.map(\.index) == Array(0..<15))
    }

    /// The same images with more flaws: that each run's own interval overlaps the other's does not matter.
    @Test func strictlyBetterRun_hasItsIntervalAboveZero() throws {
        let (good, bad) = (Self.scores(images: 30, flaws: 10), Self.scores(images: 30, flaws: 14))
        let comparison = RunComparison(good, bad, classCount: Self.classCount, bootstrap: bootstrap())
        let (meanIoU, contourF) = (try #require(comparison.meanIoU), try #require(comparison.contourF))
        #expect(meanIoU.interval.low > 0 && contourF.interval.low > 0 && meanIoU.interval.low < meanIoU.value)
        #expect(comparison.better > 20)
        let back = RunComparison(bad, good, classCount: Self.classCount, bootstrap: bootstrap())
        #expect(try #require(back.meanIoU).interval.high < 0 && back.worse == comparison.better)
        let differences = comparison.images.map { abs($0.difference) }
        #expect(differences == differences.sorted(by: >))
        let first = try #require(comparison.images.first)
        #expect(first.ours == good[first.index].meanIoU && first.theirs == bad[first.index].meanIoU)
    }

    @Test func quantiles_lieBetweenTheSortedValues() {
        let quantiles = Quantiles([4, 1, 3, 2, 5])
        #expect([0, 0.25, 0.375, 0.5, 1].map(quantiles.at) == [1, 2, 2.5, 3, 5])
        #expect(Quantiles([7]).at(0.3) == 7)
    }
}
