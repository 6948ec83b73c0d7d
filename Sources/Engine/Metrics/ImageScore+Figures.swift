extension ImageScore {
    /// What IoU, precision and recall of one index are made of.
    public struct Overlap: Sendable, Equatable {
        public let index: Int
        /// Pixels of the index that were given it, that were given it, and that are of it; those left out are in none.
        public internal(set) var hits = 0
        public internal(set) var predicted = 0
        public internal(set) var truth = 0

        /// nil where neither side has a pixel.
        public var iou: Double? { intersectionOverUnion(hits: hits, predicted: predicted, truth: truth) }
    }

    /// Of the indices that either side has, ascending, the background among them.
    public var overlaps: [Overlap] {
        var byIndex: [Int: Overlap] = [:]
        for pair in pairs {
            guard let prediction = pair.prediction else { continue }
            byIndex[pair.truth, default: Overlap(index: pair.truth)].truth += pair.pixels
            byIndex[prediction, default: Overlap(index: prediction)].predicted += pair.pixels
            if pair.truth == prediction { byIndex[prediction]?.hits += pair.pixels }
        }
        return byIndex.values.sorted { $0.index < $1.index }
    }

    /// Over the indices that either side has; nil where no pixel counts.
    public var meanIoU: Double? { meanOfPresent(overlaps.map(\.iou)) }

    /// The highest index that either side has a pixel of, be it one that the other leaves out or ignores.
    public var highestIndex: Int { contours.last.map { $0.classIndex + 1 } ?? 0 }
}
