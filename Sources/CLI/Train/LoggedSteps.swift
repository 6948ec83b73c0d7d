/// The steps of a run as it stands: without those that it went back over.
struct LoggedSteps {
    private(set) var all: [TrainingLog.Step] = []
    /// Steps whose gradient was shortened.
    private(set) var clipped = 0
    /// Steps that were not applied.
    private(set) var leftOut = 0

    mutating func add(_ step: TrainingLog.Step) {
        all.append(step)
        if step.clipped { clipped += 1 }
        if !step.applied { leftOut += 1 }
    }

    mutating func goBack(to step: Int) {
        all.removeAll { $0.step > step }
        (clipped, leftOut) = (all.count { $0.clipped }, all.count { !$0.applied })
    }

    /// How many steps were bounded, for the progress line; empty where none was.
    var bounded: String {
        let parts = [(clipped, "clipped"), (leftOut, "skipped")].filter { $0.0 > 0 }.map { "\($0.0) steps \($0.1)" }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}
