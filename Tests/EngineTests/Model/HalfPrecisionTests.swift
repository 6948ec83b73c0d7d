import Testing

@testable import Engine

struct HalfPrecisionTests {
    @Test func everyBitPattern_isTheNumberThatFloat16Says() {
        for pattern in UInt16.min...UInt16.max {
            let expected = Float(Float16(bitPattern: pattern))
            let found = Float(halfBitPattern: pattern)
            if expected.isNaN {
                #expect(found.isNaN)
            } else {
                #expect(found.bitPattern == expected.bitPattern, "\(pattern)")
            }
        }
    }
}
