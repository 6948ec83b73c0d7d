import Foundation
import Testing

@testable import Engine

@Suite struct LogisticTests {
    @Test func exponential_agreesWithFoundation() {
        for step in -3000...3000 {
            let x = Float(step) * 0.0131
            let expected = exp(Double(x))
            let value = Double(Logistic.exponential(SIMD8(repeating: x))[3])
            #expect(abs(value - expected) <= 2e-7 * (1 + abs(Double(x))) * expected)
        }
    }

    @Test func posteriors_areMonotonousAndInsideUnitInterval() {
        var values: [Float] = [-.infinity, -1000, -15, -1, -1e-6, 0, 1e-6, 1, 15, 1000, .infinity]
        values.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
        #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(values == values.sorted())
        #expect(values[5] == 0.5)
    }

    /// The position of a value in the array decides which lane computes it.
    @Test func result_doesNotDependOnPosition() {
        for count in 1...20 {
            var values = [Float](repeating: 0.7, count: count)
            values.withUnsafeMutableBufferPointer { Logistic.replaceBySignedPosteriors($0) }
            #expect(Set(values.map(\.bitPattern)).count == 1)
            #expect(abs(values[0] - tanh(0.35)) < 1e-6)
        }
    }
}
