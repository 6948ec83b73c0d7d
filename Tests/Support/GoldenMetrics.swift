import Foundation

/// `golden/metrics`: pairs of masks, and what the reference counts of them.
public struct GoldenMetrics {
    public static let classCount = 4
    public static let (width, height) = (83, 61)

    /// One value a pixel, row-major; 255 is void.
    public let predictions: [[UInt8]]
    public let truths: [[UInt8]]
    private let words: (String) throws -> [UInt32]

    /// The file's integers are of 32 bits.
    public init() throws {
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
        func masks(_ name: String) throws -> [[UInt8]] {
            let values = try words(name).map { UInt8($0) }
            let pixels = GoldenMetrics.width * GoldenMetrics.height
            return stride(from: 0, to: values.count, by: pixels).map { Array(values[$0..<$0 + pixels]) }
        }
        predictions = try masks("predictions")
        truths = try masks("ground_truth")
        self.words = words
    }

    public func floats(_ name: String) throws -> [Float] { try words(name).map(Float.init(bitPattern:)) }
}
