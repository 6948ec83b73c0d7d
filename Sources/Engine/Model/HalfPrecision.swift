extension Float {
    /// The value of IEEE 754 half precision, exactly; NaN stays NaN.
    ///
    /// Without instructions for it, which the oldest processors of this architecture lack, `Float(Float16)` calls a function
    /// an element: a tenth of the time before the first layer. This is arithmetic that compilers vectorise: exponent and
    /// fraction move into place, a product shifts the exponent's bias, for subnormal numbers too.
    @inline(__always)
    init(halfBitPattern half: UInt16) {
        let shifted = Float(bitPattern: UInt32(half & 0x7FFF) << 13) * Float(bitPattern: (127 + 127 - 15) << 23)
        // Half precision's infinity and NaN came out as finite, from 2^16 on.
        let exponent: UInt32 = shifted >= 65536 ? 0x7F80_0000 : 0
        self.init(bitPattern: shifted.bitPattern | exponent | UInt32(half & 0x8000) << 16)
    }
}
