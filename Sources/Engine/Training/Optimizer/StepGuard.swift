/// Bounds what one step can do: a gradient longer than the recipe's limit is shortened to it, and one that is not finite,
/// or far longer than the run's own, is not applied at all.
///
/// Part of a checkpoint: a resumed run decides as the unbroken one would.
struct StepGuard: Codable, Sendable, Equatable {
    enum Decision: Equatable, Sendable {
        /// The gradient is multiplied by `scale`, at most 1.
        case apply(scale: Float)
        /// Weights, momentum and average stay as they are.
        case leave

        var isClipped: Bool { if case .apply(let scale) = self { scale < 1 } else { false } }
    }

    /// Norms of the last applied gradients, before clipping, oldest first.
    private var norms: [Float] = []
    /// Steps that were skipped since the last applied one.
    private(set) var leftInARow = 0

    /// Norms that are remembered.
    static let window = 32
    /// Norms needed before a gradient can be an outlier.
    static let least = 16
    /// An outlier has so many times the median norm of the last steps. With batches of 16, healthy runs have up to 3.
    static let outlierFactor: Float = 30
    /// Norms up to which no gradient is an outlier where there is no limit: a network that fits has tiny gradients, and
    /// a hard image a hundred times theirs.
    static let harmless: Float = 5
    /// Steps skipped one after the other that say that it is the network that is ill.
    static let mostInARow = 8

    /// - Parameters:
    ///   - loss: what is minimised.
    ///   - norm: L2 of the whole gradient.
    ///   - limit: largest norm that is applied as it is; 0 for none.
    func decision(loss: Float, norm: Float, limit: Float) -> Decision {
        guard loss.isFinite, norm.isFinite else { return .leave }
        let usual = max(StepGuard.outlierFactor * median, limit > 0 ? limit : StepGuard.harmless)
        if norms.count >= StepGuard.least, norm > usual { return .leave }
        return .apply(scale: limit > 0 && norm > limit ? limit / norm : 1)
    }

    /// Remembers a step that was decided on.
    mutating func add(norm: Float, _ decision: Decision) {
        guard case .apply = decision else {
            leftInARow += 1
            return
        }
        leftInARow = 0
        norms = norms.suffix(StepGuard.window - 1) + [norm]
    }

    private var median: Float { norms.isEmpty ? 0 : norms.sorted()[norms.count / 2] }

    /// Whether a checkpoint's state is one that a run can have.
    var isPlausible: Bool {
        norms.count <= StepGuard.window && norms.allSatisfy { $0 >= 0 }
            && (0..<StepGuard.mostInARow).contains(leftInARow)
    }
}
