import Foundation

/// The range of one axis and its ticks at round numbers.
struct Axis {
    let low: Double
    let high: Double
    let ticks: [Double]

    /// - Parameter isWhole: ticks are whole numbers.
    init(_ values: [Double], isWhole: Bool = false) {
        let finite = values.filter(\.isFinite)
        let (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
        // What differs by less than a step of floats can show counts as equal.
        let size = max(abs(least), abs(most))
        let span = most - least > max(1e-9 * size, 1e-30) ? most - least : max(size, 1)
        let rough = span / 4
        let power = pow(10, floor(log10(rough)))
        let round = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
        let step = isWhole ? max(1, round) : round
        let first = floor(least / step)
        let last = max(first + 1, ceil(most / step))
        (low, high) = (first * step, last * step)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// 0 at the low end, 1 at the high one.
    func share(_ value: Double) -> Double { (value - low) / (high - low) }

    static func label(_ value: Double) -> String { String(format: "%g", abs(value) < 1e-12 ? 0 : value) }
}
