/// Mean IoU against the background score.
public struct SweepCurve: Sendable, Equatable {
    /// Over background and classes at the background scores 0, 0.01, ..., 0.99.
    public let meanIoU: [Double]
    /// The background score of the best mean IoU among 0, 0.01, ..., 0.59; the lowest of equals.
    public let bestScore: Float

    /// The scores among which the field reports the best (docs/Method.md).
    private static let reported = 0..<60

    init(_ sweep: BackgroundSweep) {
        let curve = sweep.curve
        meanIoU = curve
        bestScore = SweepPlanes.scores[SweepCurve.reported.reduce(0) { curve[$1] > curve[$0] ? $1 : $0 }]
    }

    /// At a background score in [0, 0.99], rounded to hundredths.
    public func meanIoU(at score: Float) -> Double { meanIoU[SweepPlanes.number(of: score)] }
}
