/// Draws pixels with replacement, each with a probability proportional to its value.
enum PixelSampling {
    /// Added to every probability, so that no pixel is out of reach (arXiv 2304.02621).
    static let epsilon: Float = 1e-5

    /// By binary search in each class's cumulative sums: O(cells + samples log cells) a class.
    ///
    /// - Parameters:
    ///   - probabilities: up to a factor, at least 0, with a positive sum a class, [classes, cells]
    ///   - samples: drawn a class
    /// - Returns: Cells, [classes, samples].
    static func draw(
        probabilities: UnsafePointer<Float>, classes: Int, cells: Int, samples: Int, random: inout RandomStream
    ) -> [Int32] {
        var indices = [Int32](repeating: 0, count: classes * samples)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: cells) { cumulative in
            for index in 0..<classes {
                let map = probabilities + index * cells
                var sum = 0.0
                for cell in 0..<cells {
                    sum += Double(map[cell])
                    cumulative[cell] = sum
                }
                for sample in index * samples..<(index + 1) * samples {
                    let position = Double(random.unit()) * sum
                    indices[sample] = Int32(firstIndex(in: cumulative, above: position))
                }
            }
        }
        return indices
    }

    /// The first index whose value exceeds `position`; the last one where none does.
    private static func firstIndex(in ascending: UnsafeMutableBufferPointer<Double>, above position: Double) -> Int {
        var low = 0
        var high = ascending.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] > position { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
