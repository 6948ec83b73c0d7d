/// Figures of semantic segmentation beside IoU. Pixels that the prediction leaves out count in `coverage` alone.
extension ConfusionMatrix {
    /// Share of the pixels given an index that are of it, the background first; nil where none was given it.
    public var precision: [Double?] {
        (0..<indexCount).map { index in share(hits(index), of: predicted(index)) }
    }

    /// Share of an index's pixels that were given it, the background first; nil where there are none.
    public var recall: [Double?] {
        (0..<indexCount).map { index in share(hits(index), of: row(index).reduce(0, +)) }
    }

    /// Share of the pixels that were given their own index; nil where there is no pixel.
    public var pixelAccuracy: Double? {
        share((0..<indexCount).reduce(0) { $0 + hits($1) }, of: counts.reduce(0, +))
    }

    /// Share of the ground truth's pixels that the prediction does not leave out; nil where there is no pixel.
    public var coverage: Double? {
        let kept = counts.reduce(0, +)
        return share(kept, of: kept + leftOut.reduce(0, +))
    }

    private func row(_ index: Int) -> ArraySlice<Int> { counts[index * indexCount..<(index + 1) * indexCount] }

    private func hits(_ index: Int) -> Int { counts[index * indexCount + index] }

    private func predicted(_ index: Int) -> Int {
        stride(from: index, to: counts.count, by: indexCount).reduce(0) { $0 + counts[$1] }
    }

    private func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}
