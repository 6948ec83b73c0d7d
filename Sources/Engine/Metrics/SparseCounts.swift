/// What each image of a set adds to the figures of the set, flattened, so that the figures of a resample are one pass
/// over a few numbers an image.
struct SparseCounts: Sendable {
    /// The figures that are resampled.
    struct Figures: Sendable, Equatable {
        /// Each nil where there is nothing to compute it of.
        let meanIoU: Double?
        let contourF: Double?
        let accuracy: Double?
        /// The background first.
        let iou: [Double?]
    }

    let imageCount: Int
    private let classCount: Int
    /// Entries of image i: `starts[i]..<starts[i + 1]`.
    private var starts = [0]
    /// Where an entry is added: hits, predicted and truth pixels of each index, then five numbers of each class's
    /// contours.
    private var slots: [Int32] = []
    private var amounts: [Int] = []

    private static let slotsOfIndex = 3
    private static let slotsOfClass = 5

    /// - Precondition: the images' indices are at most `classCount`, which is without the background.
    init(_ scores: [ImageScore], classCount: Int) {
        self.classCount = classCount
        imageCount = scores.count
        for score in scores {
            for overlap in score.overlaps {
                append([overlap.hits, overlap.predicted, overlap.truth], at: SparseCounts.slotsOfIndex * overlap.index)
            }
            for contour in score.contours {
                let counts = contour.counts
                append(
                    [counts.matchedPrediction, counts.matchedTruth, counts.prediction, counts.truth, 1],
                    at: firstOfContours + SparseCounts.slotsOfClass * contour.classIndex)
            }
            starts.append(slots.count)
        }
    }

    private var firstOfContours: Int { SparseCounts.slotsOfIndex * (classCount + 1) }

    private mutating func append(_ values: [Int], at first: Int) {
        for (offset, value) in values.enumerated() where value != 0 {
            slots.append(Int32(first + offset))
            amounts.append(value)
        }
    }

    /// - Parameter weights: how often each image counts.
    func figures(weights: [Int]) -> Figures {
        var sums = [Int](repeating: 0, count: firstOfContours + SparseCounts.slotsOfClass * classCount)
        for (image, weight) in weights.enumerated() where weight != 0 {
            for entry in starts[image]..<starts[image + 1] { sums[Int(slots[entry])] += weight * amounts[entry] }
        }
        var (hits, pixels) = (0, 0)
        let iou = (0...classCount).map { index in
            let at = SparseCounts.slotsOfIndex * index
            hits += sums[at]
            pixels += sums[at + 2]
            return intersectionOverUnion(hits: sums[at], predicted: sums[at + 1], truth: sums[at + 2])
        }
        let contours = (0..<classCount).map { index in
            let at = firstOfContours + SparseCounts.slotsOfClass * index
            return ContourScore.Counts(
                matchedPrediction: sums[at], matchedTruth: sums[at + 1], prediction: sums[at + 2], truth: sums[at + 3],
                isPresent: sums[at + 4] > 0
            ).f
        }
        return Figures(
            meanIoU: meanOfPresent(iou), contourF: meanOfPresent(contours), accuracy: share(of: hits, in: pixels),
            iou: iou)
    }
}
