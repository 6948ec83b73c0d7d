import Foundation
import Testing

@testable import Engine

struct TorchTensorTests {
    private static func storage(_ count: Int) -> TorchStorage {
        TorchStorage(key: "0", element: .float32, count: count)
    }

    @Test(arguments: [
        ([2, 3, 4], [12, 4, 1], 0), ([4, 3, 2], [1, 4, 12], 0), ([2, 3, 2], [12, 4, 2], 1),
        ([3, 1, 2], [7, 99, 1], 2),
        ([], [], 5), ([24], [1], 0), ([1, 1], [Int.max, Int.max], 23), ([2, 0, 3], [3, 3, 1], 24),
    ])
    func elements_areGatheredByTheirStrides(_ shape: [Int], _ strides: [Int], _ offset: Int) throws {
        let values = (0..<24).map(Float.init)
        let tensor = try #require(
            TorchTensor(storage: TorchTensorTests.storage(24), offset: offset, shape: shape, strides: strides))
        // The definition: every multi-index in row-major order.
        var indices = [offset]
        for (side, stride) in zip(shape, strides) {
            indices = indices.flatMap { start in (0..<side).map { $0 == 0 ? start : start + $0 * stride } }
        }
        let gathered = try #require(values.withUnsafeBytes { tensor.floats($0) })
        #expect(gathered == indices.map { values[$0] })
    }

    @Test(arguments: [
        ([25], [1], 0), ([24], [1], 1), ([1], [1], 24), ([2], [24], 0), ([2, 2], [23, 1], 0), ([-1], [1], 0),
        ([2], [-1], 3), ([1], [1], -1), ([2], [0, 1], 0), ([25], [0], 0), ([1 << 40], [0], 0),
        ([Int.max, Int.max], [1, 1], 0), ([2], [Int.max], 1), ([Int.max], [Int.max], 0), ([0], [1], 25),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1], 0),
    ])
    func viewsOutsideTheirStorage_areRefused(_ shape: [Int], _ strides: [Int], _ offset: Int) {
        #expect(
            TorchTensor(storage: TorchTensorTests.storage(24), offset: offset, shape: shape, strides: strides) == nil)
    }
}
