import Foundation
import Testing

@testable import Engine

/// Pictures and reference values for the refinement tests.
enum RefinementFixtures {
    /// Values that look random and are the same in every run (a 64-bit linear congruential generator).
    struct Noise {
        private var state: UInt64
        init(seed: UInt64) { state = seed &* 2 &+ 1 }

        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }

        mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
    }

    static func noiseImage(width: Int, height: Int, seed: UInt64) -> RGBImage {
        var noise = Noise(seed: seed)
        return RGBImage(
            width: width, height: height, pixels: noise.values(width * height * 3).map { UInt8($0 * 255) })
    }

    static func flatImage(width: Int, height: Int, value: UInt8 = 120) -> RGBImage {
        RGBImage(width: width, height: height, pixels: [UInt8](repeating: value, count: width * height * 3))
    }

    /// Left of column `edge` one colour, from there on another.
    static func twoColours(width: Int, height: Int, edge: Int) -> RGBImage {
        var pixels: [UInt8] = []
        for _ in 0..<height {
            for x in 0..<width { pixels += x < edge ? [200, 60, 40] : [30, 90, 160] }
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    /// A map that falls from 1 to 0 along a row, 0.5 at column `centre`, over about `blur` pixels.
    static func ramp(width: Int, height: Int, centre: Float, blur: Float) -> [Float] {
        let row = (0..<width).map { 1 / (1 + exp((Float($0) - centre) / blur * 4)) }
        return (0..<height).flatMap { _ in row }
    }
}

/// Tensors of a reference file that holds integers too, which model files never do and the engine's reader refuses.
struct ReferenceTensors {
    private let header: [String: Any]
    private let data: Data

    init(_ name: String) throws {
        let file = try Shared.data("golden/\(name).safetensors")
        let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        header = try #require(try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: Any])
        data = Data(file[(8 + length)...])
    }

    /// Shape and values of a tensor, row-major, as floats.
    func tensor(_ name: String) throws -> (shape: [Int], values: [Float]) {
        let entry = try #require(header[name] as? [String: Any])
        let shape = try #require(entry["shape"] as? [Int])
        let offsets = try #require(entry["data_offsets"] as? [Int])
        let type = try #require(entry["dtype"] as? String)
        let bytes = Data(data[offsets[0]..<offsets[1]])
        let values: [Float] = bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { index in
                let word = raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                return type == "I32" ? Float(Int32(bitPattern: word)) : Float(bitPattern: word)
            }
        }
        return (shape, values)
    }
}
