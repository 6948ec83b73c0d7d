/// Quantiles of a sample, linear between its sorted values (the customary definition, R's type 7).
public struct Quantiles: Sendable {
    private let sorted: [Double]

    /// - Precondition: not empty.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty)
        sorted = values.sorted()
    }

    /// - Parameter share: 0 is the minimum, 1 the maximum.
    public func at(_ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
}
