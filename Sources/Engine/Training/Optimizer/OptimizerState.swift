import Foundation

/// What an optimizer remembers between two steps: the momentum and, from some step on, the average of the weights.
///
/// `@unchecked Sendable`: changed by one step at a time.
final class OptimizerState: @unchecked Sendable {
    let velocity: FloatBuffer
    /// Exponential moving average of the parameters; starts as a copy of them.
    let average: FloatBuffer
    /// In a round of self-training the weights that made the soft targets.
    var teacher: FloatBuffer?

    init(_ parameters: ParameterSet) {
        velocity = FloatBuffer(count: parameters.count)
        average = FloatBuffer(parameters.values.values(parameters.count))
    }
}
