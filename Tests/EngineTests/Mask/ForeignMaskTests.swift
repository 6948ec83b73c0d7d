import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct ForeignMaskTests {
    /// One row of pixels.
    private func png(_ colours: [[Int]], _ type: PNGFixture.ColorType = .rgb, bitDepth: Int = 8) -> Data {
        PNGFixture(
            width: colours.count, height: 1, bitDepth: bitDepth, colorType: type, pixel: { x, _ in colours[x] }
        ).bytes
    }

    private func channels(_ index: Int) -> [Int] {
        let colour = VOCPalette.color(of: index)
        return [Int(colour.x), Int(colour.y), Int(colour.z)]
    }

    private func colours(_ bytes: Data, classCount: Int = 20) throws -> ForeignColours {
        do {
            _ = try ForeignMask.decode(bytes, classCount: classCount)
        } catch .colours(let colours) {
            return colours
        }
        throw ImageError.empty
    }

    @Test func indexOfAColour_isTheOneThatHasIt() {
        for index in Array(0..<256) + [300, 65_535, 1 << 24 - 1] {
            #expect(VOCPalette.index(of: VOCPalette.color(of: index)) == index)
        }
    }

    @Test func vocColours_areRead_ofEveryKind() throws {
        let indices = [0, 1, 20, 8, 255]
        let expected = [0, 1, 20, 8, IndexMask.ignore]
        let rgb = indices.map(channels)
        #expect(try ForeignMask.decode(png(rgb), classCount: 20).indices == expected)
        #expect(try ForeignMask.decode(png(rgb.map { $0 + [255] }, .rgbAlpha), classCount: 20).indices == expected)
        let deep = png(rgb.map { $0.map { $0 * 257 } }, bitDepth: 16)
        #expect(try ForeignMask.decode(deep, classCount: 20).indices == expected)
        #expect(try ForeignMask.dimensions(of: png(rgb)) == (5, 1))
    }

    @Test func indexedAndGrayMasks_areReadAsEver() throws {
        let gray = png([[0], [7], [255]], .gray)
        #expect(try ForeignMask.decode(gray, classCount: 20) == VOCPNG.decode(gray))
    }

    @Test func coloursOfClassesThatThereAreNot_areForeign() throws {
        let found = try colours(png([channels(21), channels(1), channels(21)]))
        #expect(found.entries.map(\.pixels) == [2] && found.count == 1)
        #expect(found.description == "#80c000 (2 pixels)" || found.description.hasSuffix("(2 pixels)"))
        // Of more classes than an 8-bit palette has, 255 is still what does not count.
        #expect(try ForeignMask.decode(png([channels(255)]), classCount: 2000).indices == [IndexMask.ignore])
    }

    @Test func photograph_isCountedUpToABound() throws {
        let many = (0..<5000).map { [$0 / 256 + 1, $0 % 256, 3] }
        let found = try colours(png(many))
        #expect(found.count == ForeignColours.counted)
        #expect(found.description.contains(" and at least "))
        #expect(found.description.utf8.count < 300)
    }

    @Test func grayWithAlpha_andOtherFormats_areNoMasks() {
        for bytes in [png([[1, 255]], .grayAlpha), JPEGFixture.gray.bytes, Data("GIF89a".utf8), Data()] {
            #expect(throws: ImageError.self) { try ForeignMask.dimensions(of: bytes) }
            #expect(throws: ForeignMask.Fault.self) { try ForeignMask.decode(bytes, classCount: 20) }
        }
    }

    @Test func sizeIsBounded_beforeAnythingIsAllocated() {
        #expect(throws: ForeignMask.Fault.self) {
            try ForeignMask.decode(png([[0, 0, 0], [0, 0, 0]]), maximumPixels: 1, classCount: 20)
        }
    }
}
