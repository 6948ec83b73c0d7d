/// All that decides a training run beside data, backbone and thread count: the same recipe gives the same weights.
public struct Recipe: Codable, Sendable, Equatable {
    public var objective: Objective
    public var optimizer = SGD()
    public var epochs = 12
    /// Further rounds against soft targets; nil for none.
    public var selfTraining: SelfTraining?
    /// Pictures a step.
    public var batch = 16
    /// Whether images of rare classes are drawn more often than once an epoch (`ClassBalance`).
    public var balanced = false
    /// Side of the training pictures, in pixels.
    public var crop = 288
    /// Of the resized picture that a crop is taken from, in pixels.
    public var longSide = 288...494
    /// Strengths of brightness, contrast and saturation (factors 1 +- strength), and of hue in turns.
    public var jitter = Jitter()
    /// Probability of dropping a feature channel before the class layer.
    public var dropout: Float = 0.3
    /// Of the moving average of the weights that becomes the model, a step; 0 takes the last weights.
    public var averageDecay: Float = 0
    /// Input pixels a cell of the class maps: 8, 16 or 32.
    public var outputStride = 16
    public var seed: UInt64 = 1

    public struct Jitter: Codable, Sendable, Equatable {
        public var brightness: Float = 0.3
        public var contrast: Float = 0.3
        public var saturation: Float = 0.3
        public var hue: Float = 0.1
        public init() {}
    }

    public init(objective: Objective) { self.objective = objective }

    var augmentation: Augmentation {
        Augmentation(
            crop: crop, longSide: longSide,
            jitter: ColourJitter(
                brightness: jitter.brightness, contrast: jitter.contrast, saturation: jitter.saturation,
                hue: jitter.hue))
    }
}
