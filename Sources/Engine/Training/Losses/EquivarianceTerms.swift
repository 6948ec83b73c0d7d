/// The terms of SEAM (CVPR 2020) for maps that already lie on one grid. Absent classes are zero on both sides: they are
/// left out of the sums, and counted in the means.
enum EquivarianceTerms {
    /// Equivariance regularisation (ER): the mean of |full - small| over classes and cells.
    /// - Parameters:
    ///   - full: maps of the full-size branch, [maps' classes, cells]
    ///   - small: maps of the small branch, the same classes on the same grid.
    ///   - classes: of the network.
    ///   - fullGradient: [maps' classes, cells]; weight * dLoss/dfull is added, as to `smallGradient`.
    /// - Returns: The loss, unweighted.
    static func regularisation(
        full: LabelledMaps, small: LabelledMaps, classes: Int, weight: Float,
        fullGradient: UnsafeMutablePointer<Float>, smallGradient: UnsafeMutablePointer<Float>
    ) -> Float {
        precondition(full.size == small.size && full.classes == small.classes)
        let count = classes * full.size.count
        let share = weight / Float(count)
        var sum = 0.0
        for index in 0..<full.values.count {
            let difference = full.values.pointer[index] - small.values.pointer[index]
            sum += Double(abs(difference))
            let slope = share * sign(difference)
            fullGradient[index] += slope
            smallGradient[index] -= slope
        }
        return Float(sum / Double(count))
    }

    /// Equivariant cross regularisation (ECR), one of its two halves: the mean of the largest fifth of
    /// |onehot(predictions) - refined|, where onehot keeps the background and, at each cell, the strongest class.
    /// - Parameters:
    ///   - predictions: of the other branch; a constant.
    ///   - refined: maps of the background and of the same classes, on the same grid.
    ///   - classes: of the network, without the background.
    ///   - gradient: [refined's classes, cells]; weight * dLoss/drefined is added.
    /// - Returns: The loss, unweighted.
    static func crossRegularisation(
        predictions: BinomialPredictions, refined: LabelledMaps, classes: Int, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let cells = refined.size.count
        precondition(predictions.maps.size == refined.size && predictions.channels == refined.classes.count)
        let difference = FloatBuffer(count: predictions.values.count)
        difference.pointer.update(from: predictions.values.pointer, count: difference.count)
        DominantMaps.keepLargest(difference.pointer + cells, channels: predictions.channels - 1, cells: cells)
        for index in 0..<difference.count {
            difference.pointer[index] = refined.values.pointer[index] - difference.pointer[index]
        }
        // Of all channels: those that are left out hold zeros, the last to be among the largest.
        let count = max(1, Int(Double((1 + classes) * cells) * hardShare))
        let share = weight / Float(count)
        var sum = 0.0
        for index in largest(count, of: difference) {
            sum += Double(abs(difference.pointer[index]))
            gradient[index] += share * sign(difference.pointer[index])
        }
        return Float(sum / Double(count))
    }

    /// Of the values of a picture, the share that is furthest off and therefore learnt from.
    static let hardShare = 0.2

    /// The indices of the `count` values that are furthest from zero, the first among equals; all if there are fewer.
    private static func largest(_ count: Int, of values: FloatBuffer) -> ArraySlice<Int> {
        let all = Array(0..<values.count)
        guard count < all.count else { return all[...] }
        let (base, order) = (values.pointer, { (a: Float, b: Float, i: Int, j: Int) in a == b ? i < j : a > b })
        return all.sorted { order(abs(base[$0]), abs(base[$1]), $0, $1) }[..<count]
    }

    /// Adaptive min pooling (rvmin): the quarter of the cells where the image's classes are weakest should hold none:
    /// the mean over them of relu(max_c refined_c).
    /// - Parameters:
    ///   - refined: of the classes, without the background and not normalised, [classes, cells]
    ///   - labels: 0 or 1, [classes]
    ///   - gradient: [classes, cells]; weight * dLoss/drefined is added.
    /// - Returns: The loss, unweighted.
    static func adaptiveMinimum(
        refined: UnsafePointer<Float>, cells: Int, labels: [Float], weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let strongest = FloatBuffer(count: cells)
        var sources = [Int](repeating: -1, count: cells)
        for index in labels.indices where labels[index] > 0 {
            for cell in 0..<cells where refined[index * cells + cell] > strongest.pointer[cell] {
                strongest.pointer[cell] = refined[index * cells + cell]
                sources[cell] = index * cells + cell
            }
        }
        let count = max(1, cells / 4)
        let share = weight / Float(count)
        let values = strongest.pointer
        var sum = 0.0
        for cell in (0..<cells).sorted(by: { (values[$0], $0) < (values[$1], $1) }).prefix(count) {
            sum += Double(values[cell])
            if sources[cell] >= 0 { gradient[sources[cell]] += share }
        }
        return Float(sum / Double(count))
    }

    private static func sign(_ value: Float) -> Float { value > 0 ? 1 : value < 0 ? -1 : 0 }
}
