import Foundation

@testable import Engine

/// `golden/metrics`. Its masks are 32-bit integers, which `Safetensors` does not read: model files have none.
struct GoldenMasks {
    let classCount = 4
    let pairs: [(prediction: IndexMask, truth: IndexMask)]
    var scores: [ImageScore] {
        pairs.map { ImageScore(prediction: $0.prediction, truth: $0.truth, classCount: classCount) }
    }
    private let values: (String) throws -> [Float]

    init() throws {
        let data = try Shared.data("golden/metrics.safetensors")
        let length = data.withUnsafeBytes { Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
        let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]] ?? [:]
        func words(_ name: String) throws -> [UInt32] {
            guard let offsets = header[name]?["data_offsets"] as? [Int] else { throw CocoaError(.fileReadCorruptFile) }
            return data.withUnsafeBytes { bytes in
                stride(from: 8 + length + offsets[0], to: 8 + length + offsets[1], by: 4).map {
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
                }
            }
        }
        func masks(_ name: String) throws -> [IndexMask] {
            let (count, width, height) = (6, 83, 61)
            let indices = try words(name).map { $0 == 255 ? IndexMask.ignore : UInt16($0) }
            return (0..<count).map {
                let plane = indices[$0 * width * height..<($0 + 1) * width * height]
                return IndexMask(width: width, height: height, indices: Array(plane))
            }
        }
        pairs = Array(zip(try masks("predictions"), try masks("ground_truth"))).map { (prediction: $0, truth: $1) }
        values = { try words($0).map(Float.init(bitPattern:)) }
    }

    func floats(_ name: String) throws -> [Float] { try values(name) }
}
