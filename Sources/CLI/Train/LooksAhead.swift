import Engine

/// What looks at images a run has before it, in images seen once at one scale: what an epoch's looks measure.
struct LooksAhead {
    /// Of the whole run.
    let epochs: Int
    /// Epochs between two looks at the validation images; 0 for none.
    let validateEvery: Int
    /// Whether the last epoch's network is measured like the others', to be compared with them.
    let includesLast: Bool
    /// Images of each kind; 0 where there are none.
    let validation: Int
    let calibration: Int
    let heldOut: Int
    /// Training images whose maps are looked at for their maximum.
    let mapMaximum: Int
    /// Of the looks at the end, each with its mirror image.
    let finalScales: [Double]

    /// Images seen after epoch `epoch`, before the looks at the end.
    func images(afterEpoch epoch: Int) -> Int {
        guard epoch < epochs || (epoch == epochs && includesLast) else { return 0 }
        let isValidated = validateEvery > 0 && (epoch % validateEvery == 0 || epoch == epochs)
        return heldOut + (isValidated ? validation : 0)
    }

    /// The network's time goes by pixels, and the looks at the held-out images are at one scale to the end.
    /// - Parameter done: epochs done, with their looks.
    func images(left done: Int) -> Double {
        let between = (done + 1..<max(done, epochs) + 1).reduce(0) { $0 + images(afterEpoch: $1) }
        let passes = finalScales.reduce(0) { $0 + 2 * $1 * $1 }
        return Double(between + heldOut) + Double(mapMaximum + calibration + validation) * passes
    }
}

extension LooksAhead {
    /// - Parameter training: images trained on.
    init(epochs: Int, _ judges: TrainingJudges, _ keep: KeepOptions, heldOut: Int, training: Int) {
        self.init(
            epochs: epochs, validateEvery: judges.every, includesLast: keep.compares,
            validation: judges.validation?.set.count ?? 0,
            calibration: judges.calibration?.set.count ?? 0, heldOut: heldOut,
            mapMaximum: min(MapMaximum.pictures, training), finalScales: judges.scales)
    }
}
