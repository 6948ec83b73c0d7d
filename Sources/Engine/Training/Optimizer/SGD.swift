import Foundation

/// Stochastic gradient descent with momentum (as PyTorch's: v = momentum v + gradient + decay w; w -= rate v), a rate
/// that falls as a polynomial, and rates by the parameters' role.
public struct SGD: Codable, Sendable, Equatable {
    /// Of pretrained weights, at the first step.
    public var learningRate: Float
    public var momentum: Float
    public var weightDecay: Float
    /// The backbone learns so many times faster, its norms and biases too; 0 keeps all of it as it is.
    public var backboneFactor: Float = 1
    /// New layers learn so many times faster.
    public var newLayerFactor: Float
    /// Biases learn so many times faster, without weight decay. 0 keeps the shifts of batch norms as they are.
    public var biasFactor: Float
    /// The same of batch norms' gains. 0 keeps them as they are.
    public var scaleFactor: Float
    /// Exponent of the decay: rate = learningRate (1 - step / steps)^power.
    public var power: Float
    /// Largest L2 norm of the whole gradient that is applied as it is; a longer one is shortened to it. 0 for no limit.
    public var gradientLimit: Float
    /// Steps at the start of a run over which the rate rises linearly to its own; 0 for none.
    public var warmUp = 0

    public init(
        learningRate: Float = 0.01, momentum: Float = 0.9, weightDecay: Float = 1e-4, newLayerFactor: Float = 10,
        biasFactor: Float = 2, scaleFactor: Float = 0, power: Float = 0.9,
        gradientLimit: Float = 5
    ) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.newLayerFactor = newLayerFactor
        self.biasFactor = biasFactor
        self.scaleFactor = scaleFactor
        self.power = power
        self.gradientLimit = gradientLimit
    }

    /// Of pretrained weights.
    func rate(step: Int, of steps: Int) -> Float {
        learningRate * pow(max(0, 1 - Float(step) / Float(steps)), power)
    }

    /// Rate and weight decay of one role, relative to pretrained weights.
    private func factors(_ role: Parameter.Role) -> (rate: Float, decay: Float) {
        switch role {
        case .weight: (backboneFactor, weightDecay)
        case .new: (newLayerFactor, weightDecay)
        case .bias: (backboneFactor * biasFactor, 0)
        case .scale: (backboneFactor * scaleFactor, 0)
        }
    }

    /// Updates one parameter.
    /// - Parameters:
    ///   - rate: of pretrained weights, at this step.
    ///   - gradient: of the loss, in the set's layout.
    ///   - scale: multiple of the gradient that is applied.
    ///   - velocity: the momentum, in the set's layout.
    func update(
        _ parameter: Parameter, in values: FloatBuffer, gradient: FloatBuffer, scale: Float = 1,
        velocity: FloatBuffer, rate: Float
    ) {
        let (factor, decay) = factors(parameter.role)
        guard factor > 0 else { return }
        let step = rate * factor
        let w = values.pointer + parameter.offset
        let g = gradient.pointer + parameter.offset
        let v = velocity.pointer + parameter.offset
        for index in 0..<parameter.count {
            let speed = momentum * v[index] + scale * g[index] + decay * w[index]
            v[index] = speed
            w[index] -= step * speed
        }
    }
}
