/// Drops whole channels at random in training and scales the rest by 1 / (1 - probability); does nothing in inference.
struct Dropout2D {
    /// One factor a channel: 0, or 1 / (1 - probability).
    let factors: [Float]

    /// - Parameter probability: of dropping a channel, in 0..<1.
    init(channels: Int, probability: Float, random: inout RandomStream) {
        let kept = 1 / (1 - probability)
        factors = (0..<channels).map { _ in random.unit() < probability ? 0 : kept }
    }
}
