extension FilterTaps {
    /// Bilinear interpolation, antialiased: when shrinking, the triangle is stretched by the scale. Sample centres lie
    /// at +0.5; at the borders the kernel is cut off and normalised anew. The same as Pillow's BILINEAR.
    ///
    /// - Parameter outputs: the output samples wanted, within 0..<output; tap i belongs to sample `outputs.lowerBound +
    ///   i`.
    /// - Precondition: lengths positive, `outputs` not empty.
    static func triangle(from input: Int, to output: Int, outputs: Range<Int>) -> FilterTaps {
        precondition(input > 0 && !outputs.isEmpty && outputs.lowerBound >= 0 && outputs.upperBound <= output)
        let scale = Double(input) / Double(output)
        let support = max(scale, 1)
        func reach(_ index: Int) -> (center: Double, range: Range<Int>) {
            let center = (Double(index) + 0.5) * scale
            return (center, max(0, Int(center - support + 0.5))..<min(input, Int(center + support + 0.5)))
        }
        let count = outputs.reduce(1) { max($0, reach($1).range.count) }
        var first = [Int](repeating: 0, count: outputs.count)
        var weights = [Float](repeating: 0, count: outputs.count * count)
        for (position, index) in outputs.enumerated() {
            let (center, range) = reach(index)
            func weight(_ sample: Int) -> Double { max(0, 1 - abs(Double(sample) + 0.5 - center) / support) }
            var sum = 0.0
            for sample in range { sum += weight(sample) }
            let start = min(range.lowerBound, input - count)
            first[position] = start
            for sample in range { weights[position * count + sample - start] = Float(weight(sample) / sum) }
        }
        return FilterTaps(count: count, first: first, weights: weights)
    }
}
