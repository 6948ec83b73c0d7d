/// The extents of one image's value in a graph: [channels, rows, columns] of a feature map, [channels] of pooled
/// features. A batch is no part of it.
package struct Shape: Sendable, Hashable, CustomStringConvertible {
    package let extents: [Int]
    /// Floats.
    package let count: Int

    /// Floats of a value; more is a description gone wrong: 8 GiB.
    static let maximumCount = 1 << 31
    static let maximumRank = 4

    /// - Throws: for extents that are not positive, too many of them, or more floats than `maximumCount`.
    init(_ extents: [Int]) throws(GraphFault) {
        guard (1...Shape.maximumRank).contains(extents.count) else {
            throw GraphFault("a value of \(extents.count) dimensions, not 1 to \(Shape.maximumRank)")
        }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent > 0, !overflow, product <= Shape.maximumCount else {
                throw GraphFault("a value of \(Shape.text(extents)): extents are 1 or more, at most 2^31 floats in all")
            }
            count = product
        }
        (self.extents, self.count) = (extents, count)
    }

    package var description: String { Shape.text(extents) }

    private static func text(_ extents: [Int]) -> String {
        "[" + extents.map(String.init).joined(separator: ", ") + "]"
    }

    /// Of [channels, rows, columns].
    func map() throws(GraphFault) -> (channels: Int, rows: Int, columns: Int) {
        guard extents.count == 3 else { throw GraphFault("reads \(self), not [channels, rows, columns]") }
        return (extents[0], extents[1], extents[2])
    }
}
