/// The weights of one separable resampling pass: output sample i is the weighted sum of `count` neighbouring input
/// samples from `first[i]` on.
struct FilterTaps: Sendable {
    /// Input samples an output sample is made of, the same for all; unused ones have weight 0.
    let count: Int
    /// First input sample of each output sample; `first[i] + count <= input length`, ascending.
    let first: [Int]
    /// Output-major: weight k of output sample i is `weights[i * count + k]`. They sum to 1 for each i.
    let weights: [Float]

    /// Bicubic convolution with a = -0.5, antialiased: when shrinking, the kernel is stretched by the scale. Sample
    /// centres lie at +0.5; at the borders the kernel is cut off and normalised anew. The same as Pillow's BICUBIC
    /// (`precompute_coeffs` in Resample.c).
    ///
    /// - Precondition: both lengths positive.
    static func bicubic(from input: Int, to output: Int) -> FilterTaps {
        precondition(input > 0 && output > 0)
        let scale = Double(input) / Double(output)
        let stretch = max(scale, 1)
        let support = 2 * stretch
        let ranges = (0..<output).map { index in
            let center = (Double(index) + 0.5) * scale
            return max(0, Int(center - support + 0.5))..<min(input, Int(center + support + 0.5))
        }
        let count = ranges.map(\.count).max() ?? 1

        var first: [Int] = []
        var weights: [Float] = []
        first.reserveCapacity(output)
        weights.reserveCapacity(output * count)
        for (index, range) in ranges.enumerated() {
            let center = (Double(index) + 0.5) * scale
            let start = min(range.lowerBound, input - count)
            let values = (start..<start + count).map { sample in
                range.contains(sample) ? cubic((Double(sample) - center + 0.5) / stretch) : 0
            }
            let sum = values.reduce(0, +)
            first.append(start)
            weights += values.map { Float($0 / sum) }
        }
        return FilterTaps(count: count, first: first, weights: weights)
    }

    /// Keys' cubic convolution kernel, a = -0.5; zero outside (-2, 2).
    private static func cubic(_ distance: Double) -> Double {
        let a = -0.5
        let x = abs(distance)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }
}
