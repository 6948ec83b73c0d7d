import Foundation

/// The exponential linear unit, x above 0 and exp(x) - 1 below (Clevert et al., ICLR 2016).
enum ELU {
    /// In place.
    static func forward(_ values: UnsafeMutableBufferPointer<Float>) {
        for index in values.indices where values[index] < 0 { values[index] = expm1(values[index]) }
    }

    /// - Parameters:
    ///   - output: what `forward` made.
    ///   - gradient: of the output; afterwards of the input: below 0 the slope exp(x) is the output + 1.
    static func backward(output: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>) {
        for index in gradient.indices where output[index] < 0 { gradient[index] *= output[index] + 1 }
    }
}
