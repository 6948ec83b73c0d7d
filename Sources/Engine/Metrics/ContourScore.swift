import Foundation

/// How well the outlines of the classes fit, counted over the images of a set.
///
/// Boundary pixels match within ceil(0.8 % of the image's diagonal) of the other side's boundary, `IndexMask.ignore` of
/// the ground truth counts as background (docs/Method.md; DAVIS' contour measure with counts accumulated over the set).
public struct ContourScore: Sendable, Equatable {
    /// Boundary pixels of one class.
    public struct Counts: Codable, Sendable, Equatable {
        public internal(set) var matchedPrediction = 0
        public internal(set) var matchedTruth = 0
        public internal(set) var prediction = 0
        public internal(set) var truth = 0
        /// Whether any image has a pixel of the class, on either side.
        var isPresent = false

        /// Harmonic mean of precision and recall; nil when no image has the class.
        public var f: Double? {
            guard isPresent else { return nil }
            let precision = Double(matchedPrediction) / Double(max(prediction, 1))
            let recall = Double(matchedTruth) / Double(max(truth, 1))
            return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        }

        mutating func add(_ other: Counts) {
            matchedPrediction += other.matchedPrediction
            matchedTruth += other.matchedTruth
            prediction += other.prediction
            truth += other.truth
            isPresent = isPresent || other.isPresent
        }
    }

    /// In the order of the classes, without the background.
    public private(set) var classes: [Counts]

    public init(classCount: Int) { classes = [Counts](repeating: Counts(), count: classCount) }

    /// Pixels within which boundaries match.
    public static func tolerance(width: Int, height: Int) -> Int {
        Int((0.008 * (Double(width * width + height * height)).squareRoot()).rounded(.up))
    }

    /// Adds one image.
    /// - Precondition: same sizes; indices are at most the number of classes, or `IndexMask.ignore`.
    public mutating func add(prediction: IndexMask, truth: IndexMask) {
        precondition(prediction.width == truth.width && prediction.height == truth.height)
        let radius = ContourScore.tolerance(width: truth.width, height: truth.height)
        for index in indices(in: prediction, truth) {
            func boundary(_ mask: IndexMask) -> BoundaryPlane {
                mask.indices.withUnsafeBufferPointer {
                    // A mask has a pixel.
                    BoundaryPlane(of: index, in: $0.baseAddress!, width: mask.width, height: mask.height)
                }
            }
            let (ours, theirs) = (boundary(prediction), boundary(truth))
            let place = Int(index) - 1
            classes[place].isPresent = true
            classes[place].matchedPrediction += ours.matched(to: theirs, radius: radius)
            classes[place].matchedTruth += theirs.matched(to: ours, radius: radius)
            classes[place].prediction += ours.count
            classes[place].truth += theirs.count
        }
    }

    /// Adds one image.
    /// - Precondition: its classes are among the score's.
    public mutating func add(_ image: ImageScore) {
        for contour in image.contours { classes[contour.classIndex].add(contour.counts) }
    }

    /// F of each class, nil for one that no image has.
    public var fOfClasses: [Double?] { classes.map(\.f) }

    /// Over the classes that an image has; nil where none has any.
    public var mean: Double? { meanOfPresent(fOfClasses) }

    private func indices(in prediction: IndexMask, _ truth: IndexMask) -> [UInt16] {
        var isThere = [Bool](repeating: false, count: classes.count + 1)
        for mask in [prediction, truth] {
            for index in mask.indices where index != IndexMask.ignore {
                precondition(index <= classes.count)
                isThere[Int(index)] = true
            }
        }
        return (1..<isThere.count).filter { isThere[$0] }.map(UInt16.init)
    }
}
