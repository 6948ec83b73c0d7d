import Foundation
import Testing

@testable import Engine

@Suite struct OrientationTests {
    /// Where a stored pixel is seen, by EXIF's own words: the visual side of the 0th row and of the 0th column.
    private func seen(_ orientation: Int, row: Int, column: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        let (fromRight, fromBottom) = (width - 1 - column, height - 1 - row)
        return switch orientation {
        case 1: (column, row)  // top, left
        case 2: (fromRight, row)  // top, right
        case 3: (fromRight, fromBottom)  // bottom, right
        case 4: (column, fromBottom)  // bottom, left
        case 5: (row, column)  // left, top
        case 6: (fromBottom, column)  // right, top
        case 7: (fromBottom, fromRight)  // right, bottom
        default: (row, fromRight)  // left, bottom
        }
    }

    private func expectTurned(_ stored: RGBImage, _ turned: RGBImage, _ orientation: Int) throws {
        let swaps = orientation > 4
        try #require(turned.width == (swaps ? stored.height : stored.width))
        try #require(turned.height == (swaps ? stored.width : stored.height))
        for row in 0..<stored.height {
            for column in 0..<stored.width {
                let at = seen(orientation, row: row, column: column, width: stored.width, height: stored.height)
                let from = (row * stored.width + column) * 3
                let to = (at.y * turned.width + at.x) * 3
                #expect(stored.pixels[from..<from + 3] == turned.pixels[to..<to + 3], "(\(column), \(row))")
            }
        }
    }

    @Test(arguments: 1...8, [true, false]) func jpeg_isTurnedUpright(orientation: Int, littleEndian: Bool) throws {
        let stored = try ImageDecoder().decode(JPEGFixture.baseline.bytes)
        let bytes = ExifFixture(orientation: UInt16(orientation), littleEndian: littleEndian).jpeg()
        let turned = try ImageDecoder().decode(bytes)
        try expectTurned(stored, turned, orientation)
        let size = try ImageDecoder().dimensions(of: bytes)
        #expect(size == (turned.width, turned.height))
    }

    @Test(arguments: 1...8, [true, false]) func png_isTurnedUpright(orientation: Int, beforeData: Bool) throws {
        // Larger than one tile of the copy, and no multiple of it.
        var fixture = PNGFixture(width: 131, height: 70, pixel: { x, y in [x, y, (x * 3 + y * 5) % 256] })
        let stored = try ImageDecoder().decode(fixture.bytes)
        let chunk = ("eXIf", ExifFixture(orientation: UInt16(orientation)).tiff)
        if beforeData { fixture.beforeData = [chunk] } else { fixture.afterData = [chunk] }
        try expectTurned(stored, ImageDecoder().decode(fixture.bytes), orientation)
    }

    @Test func senselessExif_isReadAsUpright() throws {
        let stored = try ImageDecoder().decode(JPEGFixture.baseline.bytes)
        let fixtures = [
            ExifFixture(orientation: 0), ExifFixture(orientation: 9), ExifFixture(orientation: 0xFFFF),
            ExifFixture(orientation: 6, type: 4), ExifFixture(orientation: 6, directoryOffset: .max),
            ExifFixture(orientation: 6, directoryOffset: 0), ExifFixture(orientation: 6, directoryOffset: 37),
            ExifFixture(orientation: 6, entryCount: 1), ExifFixture(orientation: 6, entryCount: 0),
        ]
        for fixture in fixtures { #expect(try ImageDecoder().decode(fixture.jpeg()) == stored) }
    }

    @Test func entryCountBeyondTheData_stillFindsTheField() throws {
        let image = try ImageDecoder().decode(ExifFixture(orientation: 6, entryCount: .max).jpeg())
        #expect(image.width == JPEGFixture.height && image.height == JPEGFixture.width)
    }

    @Test func everyTruncatedExif_isReadInsideItsBounds() {
        let tiff = ExifFixture(orientation: 6).tiff
        for length in 0..<tiff.count {
            let fixture = PNGFixture(
                width: 3, height: 2, beforeData: [("eXIf", Array(tiff.prefix(length)))], pixel: { _, _ in [1, 2, 3] })
            // The value's own two bytes end at 32 + 2; the entry is read whole.
            let expected = length >= 34 ? 2 : 3
            #expect((try? ImageDecoder().decode(fixture.bytes))?.width == expected, "\(length) bytes")
        }
    }
}
