import Synchronization

/// How far the figures of a set would move with other images of the same kind: as many images are drawn with
/// replacement, the figures computed anew, and that many times (Efron's bootstrap, percentile intervals). Drawn are
/// whole images, since pixels of one image are anything but independent.
public struct Bootstrap: Sendable {
    /// Share of the resamples inside an interval.
    public static let confidence = 0.95

    public let resamples: Int
    /// Decides every draw, whatever the number of threads.
    public let seed: UInt64
    private let threads: Int

    /// - Precondition: `resamples` positive.
    public init(resamples: Int, seed: UInt64, threads: Int) {
        precondition(resamples > 0)
        (self.resamples, self.seed, self.threads) = (resamples, seed, threads)
    }

    public struct Interval: Sendable, Equatable {
        public let low: Double
        public let high: Double
    }

    /// One for each figure of a set, over the resamples that have it; nil when none has.
    public struct Intervals: Sendable, Equatable {
        public let meanIoU: Interval?
        public let contourF: Interval?
        public let accuracy: Interval?
        /// The background first.
        public let iou: [Interval?]
    }

    /// - Precondition: at least one image.
    public func intervals(of scores: [ImageScore], classCount: Int) -> Intervals {
        let counts = SparseCounts(scores, classCount: classCount)
        let figures = resample(imageCount: counts.imageCount) { counts.figures(weights: $0) }
        return Intervals(
            meanIoU: interval(figures.map(\.meanIoU)), contourF: interval(figures.map(\.contourF)),
            accuracy: interval(figures.map(\.accuracy)),
            iou: (0...classCount).map { index in interval(figures.map { $0.iou[index] }) })
    }

    /// Of one run's figures minus another's, both of the same drawn images each time: what the images have in common
    /// cancels out.
    /// - Precondition: the same images in the same order, at least one.
    func differences(
        of ours: [ImageScore], from theirs: [ImageScore], classCount: Int
    ) -> (meanIoU: Interval?, contourF: Interval?) {
        precondition(ours.count == theirs.count)
        let runs = [ours, theirs].map { SparseCounts($0, classCount: classCount) }
        let figures = resample(imageCount: ours.count) { weights in runs.map { $0.figures(weights: weights) } }
        return (
            interval(figures.map { difference($0[0].meanIoU, $0[1].meanIoU) }),
            interval(figures.map { difference($0[0].contourF, $0[1].contourF) })
        )
    }

    private func resample<Result: Sendable>(
        imageCount: Int, _ compute: @escaping @Sendable (_ weights: [Int]) -> Result
    ) -> [Result] {
        precondition(imageCount > 0)
        let results = Mutex([Result?](repeating: nil, count: resamples))
        // The body throws nothing.
        try? ParallelItems.forEach(count: resamples, threads: threads) { number in
            var random = RandomStream(seed: seed, .bootstrap, number)
            var weights = [Int](repeating: 0, count: imageCount)
            for _ in 0..<imageCount { weights[random.index(below: imageCount)] += 1 }
            let result = compute(weights)
            results.withLock { $0[number] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    private func interval(_ values: [Double?]) -> Interval? {
        let present = values.compactMap(\.self)
        if present.isEmpty { return nil }
        let quantiles = Quantiles(present)
        let tail = (1 - Bootstrap.confidence) / 2
        return Interval(low: quantiles.at(tail), high: quantiles.at(1 - tail))
    }
}

/// nil where one side has no figure.
func difference(_ ours: Double?, _ theirs: Double?) -> Double? {
    guard let ours, let theirs else { return nil }
    return ours - theirs
}
