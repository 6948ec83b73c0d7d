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

    public let meanIoU: Difference
    public let contourF: Difference
    /// The images that differ most first; of equal ones in the order of the set.
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
            value: sets[0].confusion.meanIoU - sets[1].confusion.meanIoU, interval: intervals.meanIoU)
        contourF = Difference(value: sets[0].contour.mean - sets[1].contour.mean, interval: intervals.contourF)
        images = zip(ours, theirs).enumerated()
            .map { Image(index: $0, ours: $1.0.meanIoU, theirs: $1.1.meanIoU) }
            .sorted { (-abs($0.difference), $0.index) < (-abs($1.difference), $1.index) }
    }
}
