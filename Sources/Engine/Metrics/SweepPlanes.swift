/// The masks of one image at every background score, in two bytes a pixel.
///
/// A pixel is of the class whose map is highest there, as long as that value is above the score: `MaskComposition` of
/// the posteriors of `Refinement.none` at that score. Where two maps differ so little that their posteriors round to
/// the same float, the product takes the first class and this the higher map.
struct SweepPlanes: Sendable {
    /// Background scores 0, 0.01, ..., 0.99.
    static let scores: [Float] = (0..<100).map { Float($0) / 100 }
    /// The nearest of `scores`.
    static func number(of score: Float) -> Int { Int((max(0, min(0.99, score)) * 100).rounded()) }
    /// A position in the image's classes has to fit a byte.
    static let maximumClasses = 256

    let classes: [Int]
    let width: Int
    let height: Int
    /// Position in `classes` of the highest map; the first of equal ones.
    private(set) var winners: [UInt8]
    /// Number of scores that its value is above: the pixel is background from score number `bins` on.
    private(set) var bins: [UInt8]

    /// - Parameter maps: normalised to [0, 1].
    /// - Precondition: at most `maximumClasses` classes.
    init(_ maps: ClassMaps) {
        precondition(maps.classes.count <= SweepPlanes.maximumClasses)
        (classes, width, height) = (maps.classes, maps.width, maps.height)
        let pixels = width * height
        var best = [Float](repeating: 0, count: pixels)
        var winners = [UInt8](repeating: 0, count: pixels)
        maps.values.withUnsafeBufferPointer { values in
            for position in maps.classes.indices {
                let map = UnsafeBufferPointer(rebasing: values[maps.range(ofMap: position)])
                for pixel in 0..<pixels where map[pixel] > best[pixel] {
                    best[pixel] = map[pixel]
                    winners[pixel] = UInt8(position)
                }
            }
        }
        self.winners = winners
        bins = SweepPlanes.scores.withUnsafeBufferPointer { scores in
            best.map { value in
                // Right but for rounding, which may be off by one.
                var bin = min(scores.count, Int(min(value, 1) * Float(scores.count)))
                if bin < scores.count && value > scores[bin] { bin += 1 }
                if bin > 0 && !(value > scores[bin - 1]) { bin -= 1 }
                return UInt8(bin)
            }
        }
    }

    /// The mask at background score number `score` of `scores`.
    func mask(at score: Int) -> IndexMask {
        let indices = classes.map { UInt16($0 + 1) }
        return IndexMask(
            width: width, height: height,
            indices: zip(winners, bins).map { Int($1) > score ? indices[Int($0)] : IndexMask.background })
    }
}
