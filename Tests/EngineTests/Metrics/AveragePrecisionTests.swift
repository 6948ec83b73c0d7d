import Testing

@testable import Engine

struct AveragePrecisionTests {
    private func value(_ positives: [Int], _ scores: [Float]) -> Double? {
        AveragePrecision.value(scores: scores, isPositive: positives.map { $0 == 1 })
    }

    @Test func rankings_givePrecisionAtEachPositive() {
        #expect(value([1, 0, 0], [3, 2, 1]) == 1)
        #expect(value([0, 0, 1], [3, 2, 1]) == 1 / 3.0)
        // At places 1 and 3: (1/1 + 2/3) / 2.
        #expect(value([1, 0, 1, 0], [9, 5, 4, -1]) == (1 + 2 / 3.0) / 2)
        #expect(value([1, 1], [0, 0]) == 1)
    }

    @Test func classWithoutPositive_hasNone() {
        #expect(value([0, 0], [1, 2]) == nil)
        #expect(value([], []) == nil)
    }

    /// Made with scikit-learn 1.9.1, `average_precision_score`.
    @Test func ties_areOneThresholdAsInScikitLearn() throws {
        for (positives, scores, expected) in [
            ([1, 0, 1, 0, 0, 1, 0, 1], [0.9, 0.8, 0.8, 0.7, 0.5, 0.5, 0.5, 0.1], 0.6488095238095238),
            ([0, 1, 1], [0.3, 0.3, 0.3], 0.6666666666666666),
            ([1, 0, 0, 1, 0], [2, 2, 1, 0, -1], 0.5),
            ([0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1], [3, 3, 1, 2, 2, 5, 4, 4, 0, -1, 1, 1], 0.6676190476190476),
        ] as [([Int], [Float], Double)] {
            #expect(abs(try #require(value(positives, scores)) - expected) < 1e-12)
        }
    }

    @Test func notANumber_isLowestAndEqualToItself() {
        #expect(value([0, 1], [.nan, 1]) == 1)
        #expect(value([1, 0], [.nan, .nan]) == 0.5)
        #expect(value([1, 0, 0], [.nan, -5, .infinity]) == 1 / 3.0)
    }
}
