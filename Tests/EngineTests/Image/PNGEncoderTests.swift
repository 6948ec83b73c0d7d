import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct PNGEncoderTests {
    @Test(arguments: [(1, 1), (7, 3), (64, 50), (301, 211)]) func rgb_comesBack(width: Int, height: Int) throws {
        var random = SeededRandom(seed: 1)
        let pixels = (0..<width * height * 3).map { at in
            at % 5 == 0 ? UInt8.random(in: 0...255, using: &random) : UInt8(at % 251)
        }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        #expect(try ImageDecoder().decode(PNGEncoder.rgb(image)) == image)
    }

    @Test func indexed_hasPaletteAndColours() throws {
        let palette: [SIMD3<UInt8>] = [[1, 2, 3], [40, 50, 60], [255, 0, 128]]
        let bytes = PNGEncoder.indexed(width: 2, height: 2, indices: [2, 0, 1, 2], palette: palette)
        // IHDR: bit depth 8, colour type 3, not interlaced; then PLTE.
        #expect(Array(bytes[24..<29]) == [8, 3, 0, 0, 0])
        #expect(bytes.range(of: Data("PLTE".utf8) + Data([1, 2, 3, 40, 50, 60, 255, 0, 128])) != nil)
        #expect(try ImageDecoder().decode(bytes).pixels == [255, 0, 128, 1, 2, 3, 40, 50, 60, 255, 0, 128])
    }

    @Test func gray16_isBigEndian() throws {
        let bytes = PNGEncoder.gray16(width: 3, height: 1, values: [0, 0x0102, 65535])
        #expect(Array(bytes[24..<29]) == [16, 0, 0, 0, 0])
        #expect(try ImageDecoder().decode(bytes).pixels == [0, 0, 0, 1, 1, 1, 255, 255, 255])
    }
}
