import TestSupport

@testable import Engine

/// `golden/metrics` as masks.
struct GoldenMasks {
    let classCount = GoldenMetrics.classCount
    let pairs: [(prediction: IndexMask, truth: IndexMask)]
    private let golden: GoldenMetrics

    var scores: [ImageScore] {
        pairs.map { ImageScore(prediction: $0.prediction, truth: $0.truth, classCount: classCount) }
    }

    init() throws {
        golden = try GoldenMetrics()
        func mask(_ values: [UInt8]) -> IndexMask {
            IndexMask(
                width: GoldenMetrics.width, height: GoldenMetrics.height,
                indices: values.map { $0 == 255 ? IndexMask.ignore : UInt16($0) })
        }
        pairs = zip(golden.predictions, golden.truths).map { (mask($0), mask($1)) }
    }

    func floats(_ name: String) throws -> [Float] { try golden.floats(name) }
}
