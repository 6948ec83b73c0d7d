/// Drops whole channels at random in training and scales the rest by 1 / (1 - probability); does nothing in inference.
struct Dropout2D {
    /// One factor a channel: 0, or 1 / (1 - probability).
    let factors: [Float]

    /// - Parameter probability: of dropping a channel, in 0..<1.
    init(channels: Int, probability: Float, random: inout RandomStream) {
        let kept = 1 / (1 - probability)
        factors = (0..<channels).map { _ in random.unit() < probability ? 0 : kept }
    }

    /// - Parameters:
    ///   - input: [channels, cells]
    ///   - output: the same shape; may be the input.
    func forward(_ input: UnsafePointer<Float>, cells: Int, into output: UnsafeMutablePointer<Float>) {
        for (channel, factor) in factors.enumerated() {
            let (source, target) = (input + channel * cells, output + channel * cells)
            for index in 0..<cells { target[index] = source[index] * factor }
        }
    }

    /// In place on the output's gradient, [channels, cells].
    func backward(_ gradient: UnsafeMutablePointer<Float>, cells: Int) {
        forward(gradient, cells: cells, into: gradient)
    }
}
