import Engine

/// How fast a run goes now and how long it has to go. Steps, the labelling of the training images before a round and
/// looks at images are counted apart: a resumed run begins with minutes of labelling that say nothing about its steps.
struct TrainingPace {
    private var recent: [Double] = []
    private var labelling: Double = 0
    private var secondsPerLook: Double = 0
    private static let window = 20

    /// - Parameters:
    ///   - seconds: of the step, without the labelling before it.
    ///   - labelling: seconds of that; 0 where there was none.
    mutating func add(step seconds: Double, labelling: Double) {
        recent = recent.suffix(Self.window - 1) + [seconds]
        if labelling > 0 { self.labelling = labelling }
    }

    /// - Parameters:
    ///   - seconds: of an epoch's looks.
    ///   - images: seen in that time, once each, at one scale; 0 says nothing.
    mutating func add(looks seconds: Double, images: Int) {
        if images > 0 { secondsPerLook = seconds / Double(images) }
    }

    /// Seconds a step: the median of the last ones.
    /// - Precondition: a step was added.
    var secondsPerStep: Double { Quantiles(recent).at(0.5) }

    /// Seconds left. A labelling to come counts as long as the last one took, and nothing while none has been seen. A
    /// look at an image counts as one in a step until one was timed: three passes over a crop, where it takes one over
    /// an image of about two crops.
    /// - Parameter batch: images per step.
    /// - Parameter looks: images to be looked at once at one scale, or what comes to as much (`LooksAhead`).
    /// - Precondition: a step was added.
    func left(steps: Int, rounds: Int, batch: Int, looks: Double = 0) -> Double {
        let perLook = secondsPerLook > 0 ? secondsPerLook : secondsPerStep / Double(batch)
        return Double(steps) * secondsPerStep + Double(rounds) * labelling + looks * perLook
    }
}
