import Foundation

/// Writes PNG files of every kind without libpng: stored (uncompressed) zlib blocks, filter type 0.
struct PNGFixture {
    enum ColorType: UInt8, CaseIterable, Sendable {
        case gray = 0, rgb = 2, indexed = 3, grayAlpha = 4, rgbAlpha = 6

        var channels: Int { [.gray: 1, .rgb: 3, .indexed: 1, .grayAlpha: 2, .rgbAlpha: 4][self]! }
        var bitDepths: [Int] {
            switch self {
            case .gray: [1, 2, 4, 8, 16]
            case .indexed: [1, 2, 4, 8]
            default: [8, 16]
            }
        }
    }

    typealias Chunk = (name: String, content: [UInt8])

    var width: Int
    var height: Int
    var bitDepth = 8
    var colorType = ColorType.rgb
    var interlaced = false
    var palette: [SIMD3<UInt8>] = []
    /// Content of tRNS.
    var transparency: [UInt8] = []
    var beforeData: [Chunk] = []
    var afterData: [Chunk] = []
    /// The channels of a pixel, in 0..<2^bitDepth.
    var pixel: (_ x: Int, _ y: Int) -> [Int]

    var chunks: [Chunk] {
        var chunks: [Chunk] = [("IHDR", header)]
        if !palette.isEmpty { chunks.append(("PLTE", palette.flatMap { [$0.x, $0.y, $0.z] })) }
        if !transparency.isEmpty { chunks.append(("tRNS", transparency)) }
        return chunks + beforeData + [("IDAT", Self.zlib(scanlines))] + afterData + [("IEND", [])]
    }

    var bytes: Data { Self.file(chunks) }

    var header: [UInt8] {
        Self.bigEndian(width) + Self.bigEndian(height)
            + [UInt8(bitDepth), colorType.rawValue, 0, 0, interlaced ? 1 : 0]
    }

    /// Filter byte and packed samples of each row of each pass.
    private var scanlines: [UInt8] {
        // Adam7: start and step in x and y of the seven passes (PNG specification, 8.2).
        let adam7 = [
            (0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2),
        ]
        var bytes: [UInt8] = []
        for (left, stepX, top, stepY) in interlaced ? adam7 : [(0, 1, 0, 1)] where left < width {
            for y in stride(from: top, to: height, by: stepY) {
                bytes.append(0)
                bytes += pack(stride(from: left, to: width, by: stepX).flatMap { pixel($0, y) })
            }
        }
        return bytes
    }

    private func pack(_ samples: [Int]) -> [UInt8] {
        if bitDepth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
        let perByte = 8 / bitDepth
        return stride(from: 0, to: samples.count, by: perByte).map { start in
            (0..<perByte).reduce(0) { byte, k in
                byte << bitDepth | (start + k < samples.count ? UInt8(samples[start + k]) : 0)
            }
        }
    }

    static func file(_ chunks: [Chunk]) -> Data {
        Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks.flatMap(bytes))
    }

    static func bytes(of chunk: Chunk) -> [UInt8] {
        let named = Array(chunk.name.utf8) + chunk.content
        return bigEndian(chunk.content.count) + named + bigEndian(Int(crc(named)))
    }

    static func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

    static func zlib(_ content: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        let blockLength = 65535
        for start in stride(from: 0, to: max(1, content.count), by: blockLength) {
            let block = content[start..<min(start + blockLength, content.count)]
            let length = UInt16(block.count)
            stream.append(start + blockLength >= content.count ? 1 : 0)
            stream += [length, ~length].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } + block
        }
        var (a, b) = (1, 0)
        for byte in content {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        return stream + bigEndian(b << 16 | a)
    }

    static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}
