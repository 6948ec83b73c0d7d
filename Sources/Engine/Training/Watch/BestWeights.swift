/// The weights of the epoch that was measured best so far, which become the model where they are asked for.
struct BestWeights: Sendable {
    struct Score: Codable, Sendable, Equatable {
        /// Epochs done, from 1 on.
        let epoch: Int
        /// Higher is better.
        let score: Double
        /// Measurements since then that were no better.
        var misses = 0
    }

    var score: Score
    /// In the parameters' layout; never changed.
    let values: FloatBuffer

    init(_ score: Score, values: FloatBuffer) { (self.score, self.values) = (score, values) }
}
