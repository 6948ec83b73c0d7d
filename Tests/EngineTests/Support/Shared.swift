import Foundation
import TestSupport

@testable import Engine

typealias Shared = TestSupport.Shared

extension Shared {
    static func golden(_ name: String) throws -> Safetensors {
        try Safetensors(data("golden/\(name).safetensors"), file: name)
    }
}

/// The largest absolute difference, infinite where one side is no number or the counts differ.
func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(Float(0)) { worst, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isFinite ? max(worst, difference) : .infinity
    }
}
