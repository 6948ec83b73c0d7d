import Foundation
import Testing

@testable import Engine

@Suite struct IndexMaskTests {
    @Test func palette_hasTheDevelopmentKitsColours() {
        let known: [Int: SIMD3<UInt8>] = [
            0: [0, 0, 0], 1: [128, 0, 0], 2: [0, 128, 0], 3: [128, 128, 0], 4: [0, 0, 128], 8: [64, 0, 0],
            15: [192, 128, 128], 20: [0, 64, 128], 21: [128, 64, 128], 255: [224, 224, 192],
        ]
        for (index, color) in known { #expect(VOCPalette.color(of: index) == color, "\(index)") }
    }

    @Test func palette_coloursOfAllBytesDiffer() {
        #expect(Set((0..<256).map(VOCPalette.color)).count == 256)
    }

    @Test func vocPNG_holdsIndicesPaletteAndIgnore() throws {
        let mask = IndexMask(width: 3, height: 2, indices: [0, 1, 20, IndexMask.ignore, 254, 2])
        let bytes = VOCPNG.encode(mask, classCount: 254)
        // Bit depth 8, colour type 3.
        #expect(Array(bytes[24..<26]) == [8, 3])
        #expect(try VOCPNG.decode(bytes) == mask)
        let colours = [0, 1, 20, 255, 254, 2].flatMap { index in
            let color = VOCPalette.color(of: index)
            return [color.x, color.y, color.z]
        }
        #expect(try ImageDecoder().decode(bytes).pixels == colours)
    }

    @Test func manyClasses_areWrittenWith16Bits() throws {
        let mask = IndexMask(width: 2, height: 2, indices: [0, 255, 300, IndexMask.ignore])
        let bytes = VOCPNG.encode(mask, classCount: 300)
        #expect(Array(bytes[24..<26]) == [16, 0])
        #expect(try VOCPNG.decode(bytes) == mask)
    }

    @Test(arguments: [1, 2, 4]) func indexedOfFewBits_givesRawIndices(bitDepth: Int) throws {
        let fixture = PNGFixture(
            width: 11, height: 5, bitDepth: bitDepth, colorType: .indexed, interlaced: bitDepth == 2,
            palette: [SIMD3<UInt8>](repeating: [9, 9, 9], count: 1 << bitDepth),
            pixel: { x, y in [(x + y) % (1 << bitDepth)] })
        let mask = try VOCPNG.decode(fixture.bytes)
        for y in 0..<5 {
            for x in 0..<11 { #expect(mask.indices[y * 11 + x] == UInt16((x + y) % (1 << bitDepth))) }
        }
    }

    @Test func grayMask_givesRawValues() throws {
        let fixture = PNGFixture(width: 3, height: 1, colorType: .gray, pixel: { x, _ in [[0, 7, 255][x]] })
        #expect(try VOCPNG.decode(fixture.bytes).indices == [0, 7, IndexMask.ignore])
    }

    @Test func colourPicturesAndOtherFiles_areNoMasks() {
        let colour = PNGFixture(width: 1, height: 1, pixel: { _, _ in [0, 0, 0] })
        let alpha = PNGFixture(width: 1, height: 1, colorType: .grayAlpha, pixel: { _, _ in [0, 0] })
        for bytes in [colour.bytes, alpha.bytes] {
            let error = #expect(throws: ImageError.self) { try VOCPNG.decode(bytes) }
            let reason = "a mask is an indexed or gray PNG, not in colour or with alpha"
            #expect(error == .unsupported(.png, reason: reason))
        }
        #expect(throws: ImageError.unsupported(.jpeg, reason: "a mask is an indexed or gray PNG")) {
            try VOCPNG.decode(JPEGFixture.gray.bytes)
        }
        #expect(throws: ImageError.empty) { try VOCPNG.decode(Data()) }
    }

    @Test(arguments: [1, 2, 4, 8]) func truncatedMasks_areRefusedAtEveryLength(bitDepth: Int) {
        let whole = PNGFixture(
            width: 5, height: 3, bitDepth: bitDepth, colorType: .indexed,
            palette: [SIMD3<UInt8>](repeating: [1, 2, 3], count: 2), pixel: { x, y in [(x + y) % 2] }
        ).bytes
        for length in 0..<whole.count {
            #expect(throws: ImageError.self, "\(length) bytes") { try VOCPNG.decode(whole.prefix(length)) }
        }
    }

    @Test func indexBeyondThePalette_isKept() throws {
        let fixture = PNGFixture(
            width: 3, height: 1, colorType: .indexed, palette: [[1, 2, 3]], pixel: { x, _ in [[0, 200, 255][x]] })
        #expect(try VOCPNG.decode(fixture.bytes).indices == [0, 200, IndexMask.ignore])
    }

    @Test func decode_keepsTheLimit() {
        let mask = IndexMask(width: 5, height: 4, indices: [UInt16](repeating: 0, count: 20))
        let bytes = VOCPNG.encode(mask, classCount: 1)
        #expect(throws: ImageError.tooManyPixels(width: 5, height: 4, limit: 19)) {
            try VOCPNG.decode(bytes, maximumPixels: 19)
        }
    }

    @Test func pixelsOfAnIndex_areABinaryMask() {
        let mask = IndexMask(width: 2, height: 2, indices: [3, 0, 1, 3])
        #expect(mask.pixels(of: 3).bits == [1, 0, 0, 1])
        #expect(mask.pixels(of: 3).area == 2)
    }
}
