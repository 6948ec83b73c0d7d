import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct PNGDecodingTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let colorType: PNGFixture.ColorType
        let bitDepth: Int
        let interlaced: Bool
        var testDescription: String { "\(colorType) \(bitDepth) bit\(interlaced ? " interlaced" : "")" }

        static let all = PNGFixture.ColorType.allCases.flatMap { type in
            type.bitDepths.flatMap { depth in
                [false, true].map { Kind(colorType: type, bitDepth: depth, interlaced: $0) }
            }
        }
    }

    /// Sizes that exercise empty Adam7 passes and rows that end inside a byte.
    static let sizes = [(1, 1), (3, 2), (9, 7), (17, 5), (32, 33)]

    @Test(arguments: Kind.all) func everyKind_decodesToItsPixelValues(kind: Kind) throws {
        for (width, height) in Self.sizes {
            let samples = pseudoRandomSamples(width, height, kind)
            let palette = (0..<1 << min(kind.bitDepth, 8)).map { index -> SIMD3<UInt8> in
                let entry = UInt8(index)
                return SIMD3(entry &* 7, entry &* 31, 255 - entry)
            }
            let fixture = PNGFixture(
                width: width, height: height, bitDepth: kind.bitDepth, colorType: kind.colorType,
                interlaced: kind.interlaced, palette: kind.colorType == .indexed ? palette : [],
                pixel: { samples[$1 * width + $0] })
            let image = try ImageDecoder().decode(fixture.bytes)
            try #require(image.width == width && image.height == height)
            for (at, sample) in samples.enumerated() {
                let expected = color(of: sample, kind, palette)
                for c in 0..<3 {
                    let difference = abs(Int(image.pixels[at * 3 + c]) - expected[c])
                    #expect(difference <= tolerance(of: kind), "pixel \(at), channel \(c), size \(width)x\(height)")
                }
            }
        }
    }

    @Test func transparentIndices_areBlendedOverWhite() throws {
        let fixture = PNGFixture(
            width: 3, height: 1, bitDepth: 2, colorType: .indexed, palette: [[10, 20, 30], [200, 100, 0], [1, 2, 3]],
            transparency: [0, 128], pixel: { x, _ in [x] })
        // 200 * 128/255 + 255 * 127/255 = 227.4, likewise 177.2 and 127; the third index has no entry and is opaque.
        #expect(try ImageDecoder().decode(fixture.bytes).pixels == [255, 255, 255, 227, 177, 127, 1, 2, 3])
    }

    @Test func indexBeyondThePalette_isBlackAsInViewers() throws {
        let fixture = PNGFixture(
            width: 2, height: 1, colorType: .indexed, palette: [[1, 2, 3]], pixel: { x, _ in [x * 200] })
        #expect(try ImageDecoder().decode(fixture.bytes).pixels == [1, 2, 3, 0, 0, 0])
        #expect(try VOCPNG.decode(fixture.bytes).indices == [0, 200])
    }

    @Test func transparentGrayAndColour_becomeWhite() throws {
        let gray = PNGFixture(
            width: 4, height: 1, bitDepth: 2, colorType: .gray, transparency: [0, 2], pixel: { x, _ in [x] })
        #expect(try ImageDecoder().decode(gray.bytes).pixels == [0, 85, 255, 255].flatMap { [$0, $0, $0] })

        let colour = PNGFixture(
            width: 2, height: 1, transparency: [0, 9, 0, 8, 0, 7], pixel: { x, _ in [9 - x, 8, 7] })
        #expect(try ImageDecoder().decode(colour.bytes).pixels == [255, 255, 255, 8, 8, 7])
    }

    @Test func gammaAndProfiles_doNotChangePixels() throws {
        let fixture = PNGFixture(
            width: 2, height: 1, colorType: .rgbAlpha,
            beforeData: [("gAMA", PNGFixture.bigEndian(100_000)), ("sRGB", [0]), ("bKGD", [0, 1, 0, 2, 0, 3])],
            pixel: { x, _ in [100, 150, 200, x * 255] })
        #expect(try ImageDecoder().decode(fixture.bytes).pixels == [255, 255, 255, 100, 150, 200])
    }

    @Test func animatedPNG_givesItsFirstFrame() throws {
        let second = PNGFixture(width: 2, height: 2, pixel: { _, _ in [9, 9, 9] })
        let control: ([UInt8]) -> PNGFixture.Chunk = { sequence in
            ("fcTL", sequence + [2, 2, 0, 0].flatMap { PNGFixture.bigEndian($0) } + [0, 1, 0, 10, 0, 0])
        }
        let data = second.chunks.first { $0.name == "IDAT" }?.content ?? []
        let fixture = PNGFixture(
            width: 2, height: 2,
            beforeData: [("acTL", PNGFixture.bigEndian(2) + PNGFixture.bigEndian(0)), control([0, 0, 0, 0])],
            afterData: [control([0, 0, 0, 1]), ("fdAT", [0, 0, 0, 2] + data)],
            pixel: { x, y in [x * 10, y * 20, 30] })
        let expected: [UInt8] = [0, 0, 30, 10, 0, 30, 0, 20, 30, 10, 20, 30]
        #expect(try ImageDecoder().decode(fixture.bytes).pixels == expected)
    }

    @Test func dataSplitOverManyChunks_andBytesAfterTheEnd_areAccepted() throws {
        let fixture = PNGFixture(width: 5, height: 3, pixel: { x, y in [x, y, 7] })
        let split: [PNGFixture.Chunk] = fixture.chunks.flatMap { chunk in
            chunk.name == "IDAT" ? chunk.content.map { ("IDAT", [$0]) } : [chunk]
        }
        let bytes = PNGFixture.file(split) + Data("trailing".utf8)
        #expect(try ImageDecoder().decode(bytes) == ImageDecoder().decode(fixture.bytes))
    }

    private func pseudoRandomSamples(_ width: Int, _ height: Int, _ kind: Kind) -> [[Int]] {
        var random = SeededRandom(seed: UInt64(width * 1000 + height * 10 + kind.bitDepth))
        return (0..<width * height).map { _ in
            (0..<kind.colorType.channels).map { _ in Int.random(in: 0..<1 << kind.bitDepth, using: &random) }
        }
    }

    private func color(of sample: [Int], _ kind: Kind, _ palette: [SIMD3<UInt8>]) -> [Int] {
        let maximum = Double((1 << kind.bitDepth) - 1)
        func blended(_ value: Int, _ alpha: Int) -> Int {
            let opacity = Double(alpha) / maximum
            return Int((255 * (Double(value) / maximum * opacity + 1 - opacity)).rounded())
        }
        let opaque = Int(maximum)
        return switch kind.colorType {
        case .indexed: (0..<3).map { Int(palette[sample[0]][$0]) }
        case .gray: [Int](repeating: blended(sample[0], opaque), count: 3)
        case .grayAlpha: [Int](repeating: blended(sample[0], sample[1]), count: 3)
        case .rgb: sample.map { blended($0, opaque) }
        case .rgbAlpha: sample[0..<3].map { blended($0, sample[3]) }
        }
    }

    /// Blending at 16 bits rounds twice.
    private func tolerance(of kind: Kind) -> Int {
        kind.bitDepth == 16 && (kind.colorType == .grayAlpha || kind.colorType == .rgbAlpha) ? 1 : 0
    }
}
