/// What one image adds to the figures of a set.
///
/// Counts only, and only those of what is in the image: figures over any choice of images are sums of these, exactly,
/// however many classes there are. Codable, so that it can be kept beside a mask.
public struct ImageScore: Codable, Sendable, Equatable {
    /// Pixels of one index of the ground truth that were given one index. 0 is the background, k + 1 class k.
    public struct Pair: Codable, Sendable, Equatable {
        public let truth: Int
        /// nil where the prediction leaves the pixel out (`IndexMask.ignore`).
        public let prediction: Int?
        public let pixels: Int
    }

    public struct Contour: Codable, Sendable, Equatable {
        /// Without the background: k of class k.
        public let classIndex: Int
        public let counts: ContourScore.Counts
    }

    /// Ascending by truth, then by prediction, left-out pixels last. Pixels that the ground truth ignores are in none.
    public let pairs: [Pair]
    /// Of the classes that either side has, ascending.
    public let contours: [Contour]
    /// Pixels that the ground truth ignores; nil in scores from before they were counted.
    public let ignored: Int?

    /// Compares a mask with its ground truth.
    /// - Parameter classCount: without the background.
    /// - Precondition: same sizes; indices are at most `classCount`, or `IndexMask.ignore`.
    public init(prediction: IndexMask, truth: IndexMask, classCount: Int) {
        precondition(prediction.width == truth.width && prediction.height == truth.height)
        // Neighbours are mostly alike, so that pixels are counted by runs.
        var runs: [UInt32: Int] = [:]
        var (last, length) = (UInt32(0), 0)
        for (true_, predicted) in zip(truth.indices, prediction.indices) {
            let pair = UInt32(true_) << 16 | UInt32(predicted)
            if pair != last {
                runs[last, default: 0] += length
                (last, length) = (pair, 0)
            }
            length += 1
        }
        runs[last, default: 0] += length
        ignored = runs.reduce(0) { $0 + (UInt16($1.key >> 16) == IndexMask.ignore ? $1.value : 0) }
        pairs = runs.sorted { $0.key < $1.key }.compactMap { pair, pixels in
            let (true_, predicted) = (UInt16(pair >> 16), UInt16(truncatingIfNeeded: pair))
            if true_ == IndexMask.ignore || pixels == 0 { return nil }
            precondition(true_ <= classCount && (predicted <= classCount || predicted == IndexMask.ignore))
            return Pair(
                truth: Int(true_), prediction: predicted == IndexMask.ignore ? nil : Int(predicted), pixels: pixels)
        }
        var contour = ContourScore(classCount: classCount)
        contour.add(prediction: prediction, truth: truth)
        contours = contour.classes.enumerated().compactMap { index, counts in
            counts.isPresent ? Contour(classIndex: index, counts: counts) : nil
        }
    }
}
