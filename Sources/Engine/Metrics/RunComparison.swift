/// Two runs over the same images, image by image.
public struct RunComparison: Sendable, Equatable {
    /// One run's figure minus the other's.
    public struct Difference: Sendable, Equatable {
        public let value: Double
        public let interval: Bootstrap.Interval
    }

    /// Mean IoU of one image in both runs.
    public struct Image: Sendable, Equatable {
        /// Position in the set.
        public let index: Int
        public let ours: Double
        public let theirs: Double
        public var difference: Double { ours - theirs }
    }

    /// nil where one run has no such figure.
    public let meanIoU: Difference?
    public let contourF: Difference?
    /// The images that differ most first; of equal ones in the order of the set. Without those of which one run has no
    /// figure.
    public let images: [Image]

    /// Images on which we have the higher mean IoU, the lower one, the same.
    public var better: Int { images.count { $0.difference > 0 } }
    public var worse: Int { images.count { $0.difference < 0 } }
    public var equal: Int { images.count { $0.difference == 0 } }

    /// - Precondition: the same images in the same order, at least one; their indices are at most `classCount`.
    public init(_ ours: [ImageScore], _ theirs: [ImageScore], classCount: Int, bootstrap: Bootstrap) {
        let sets = [ours, theirs].map { SetScore($0, classCount: classCount) }
        let intervals = bootstrap.differences(of: ours, from: theirs, classCount: classCount)
        meanIoU = Difference(
            difference(sets[0].confusion.meanIoU, sets[1].confusion.meanIoU), interval: intervals.meanIoU)
        contourF = Difference(difference(sets[0].contour.mean, sets[1].contour.mean), interval: intervals.contourF)
        images = zip(ours, theirs).enumerated()
            .compactMap { index, scores in
                guard let ours = scores.0.meanIoU, let theirs = scores.1.meanIoU else { return nil }
                return Image(index: index, ours: ours, theirs: theirs)
            }
            .sorted { (-abs($0.difference), $0.index) < (-abs($1.difference), $1.index) }
    }
}

extension RunComparison.Difference {
    fileprivate init?(_ value: Double?, interval: Bootstrap.Interval?) {
        guard let value, let interval else { return nil }
        self.init(value: value, interval: interval)
    }
}
