/// What one filter and four rows give.
extension ConvolutionPatches {
    /// Products of one filter with four rows, all of `depth`.
    static func products(_ weights: UnsafePointer<Float>, _ rows: UnsafePointer<Double>, depth: Int) -> SIMD4<Double> {
        var (first, second, third, fourth) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
        var k = 0
        while k + 4 <= depth {
            let weight = SIMD4<Double>(weights.four(at: k))
            first += weight * rows.four(at: k)
            second += weight * rows.four(at: depth + k)
            third += weight * rows.four(at: 2 * depth + k)
            fourth += weight * rows.four(at: 3 * depth + k)
            k += 4
        }
        var sums = SIMD4(first.sum(), second.sum(), third.sum(), fourth.sum())
        while k < depth {
            let row = rows + k
            sums += Double(weights[k]) * SIMD4(row[0], row[depth], row[2 * depth], row[3 * depth])
            k += 1
        }
        return sums
    }

    /// weightSums += slope rows, rowSums += slope weights: of one filter and four rows.
    static func accumulate(
        _ slope: SIMD4<Double>, weights: UnsafePointer<Float>, rows: UnsafePointer<Double>,
        weightSums: UnsafeMutablePointer<Double>, rowSums: UnsafeMutablePointer<Double>, depth: Int
    ) {
        for pixel in 0..<4 {
            let (slope, row, sums) = (slope[pixel], rows + pixel * depth, rowSums + pixel * depth)
            for k in 0..<depth { weightSums[k] += slope * row[k] }
            for k in 0..<depth { sums[k] += slope * Double(weights[k]) }
        }
    }
}

extension UnsafePointer where Pointee: SIMDScalar {
    fileprivate func four(at index: Int) -> SIMD4<Pointee> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD4<Pointee>.self)
    }
}
