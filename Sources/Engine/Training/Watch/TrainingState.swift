/// A run between two steps, copied: where it can go back to.
struct TrainingState: Sendable {
    /// Steps done.
    let step: Int
    let values: FloatBuffer
    let velocity: FloatBuffer
    let average: FloatBuffer
    /// In a round of self-training the weights that made its soft targets. Never changed, hence not copied.
    let teacher: FloatBuffer?
    let monitor: Monitor

    /// What watches over a run, and what of it a later decision depends on.
    struct Monitor: Codable, Sendable, Equatable {
        var stepGuard = StepGuard()
        var watch: LearningWatch
    }
}
