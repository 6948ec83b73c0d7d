/// IoU at every background score of `SweepPlanes.scores` from one pass over the images.
struct BackgroundSweep: Sendable, Equatable {
    let classCount: Int
    /// Pixels by ground truth, [background and classes].
    private var truth: [Int]
    /// By the number of scores that the pixel's value is above: pixels won by a class, those of them that are of the
    /// class, [class][bin], and background pixels, [bin].
    private var won: [Int]
    private var hits: [Int]
    private var background: [Int]

    private static let bins = SweepPlanes.scores.count + 1

    /// - Parameter classCount: without the background.
    init(classCount: Int) {
        self.classCount = classCount
        truth = [Int](repeating: 0, count: classCount + 1)
        won = [Int](repeating: 0, count: classCount * BackgroundSweep.bins)
        hits = won
        background = [Int](repeating: 0, count: BackgroundSweep.bins)
    }

    /// Adds one image. Pixels whose ground truth is `IndexMask.ignore` do not count.
    /// - Precondition: same sizes; other indices of the ground truth are at most the number of classes.
    mutating func add(_ planes: SweepPlanes, truth mask: IndexMask) {
        precondition(planes.width == mask.width && planes.height == mask.height)
        for pixel in mask.indices.indices where mask.indices[pixel] != IndexMask.ignore {
            let (index, bin) = (Int(mask.indices[pixel]), Int(planes.bins[pixel]))
            truth[index] += 1
            if index == 0 { background[bin] += 1 }
            guard bin > 0 else { continue }
            let winner = planes.classes[Int(planes.winners[pixel])]
            won[winner * BackgroundSweep.bins + bin] += 1
            if index == winner + 1 { hits[winner * BackgroundSweep.bins + bin] += 1 }
        }
    }

    /// IoU of each index at background score number `score`, the background first; nil where neither side has a pixel.
    func iou(at score: Int) -> [Double?] {
        let above = score + 1..<BackgroundSweep.bins
        var foreground = 0
        let classes = (0..<classCount).map { position in
            let row = position * BackgroundSweep.bins
            let predicted = above.reduce(0) { $0 + won[row + $1] }
            foreground += predicted
            return intersectionOverUnion(
                hits: above.reduce(0) { $0 + hits[row + $1] }, predicted: predicted, truth: truth[position + 1])
        }
        let all = truth.reduce(0, +)
        let ground = intersectionOverUnion(
            hits: background[...score].reduce(0, +), predicted: all - foreground, truth: truth[0])
        return [ground] + classes
    }

    /// Mean IoU over background and classes at each of `SweepPlanes.scores`; 0 where no pixel counts.
    var curve: [Double] { SweepPlanes.scores.indices.map { meanOfPresent(iou(at: $0)) ?? 0 } }
}
