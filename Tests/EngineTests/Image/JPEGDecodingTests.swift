import Foundation
import Testing

@testable import Engine

@Suite struct JPEGDecodingTests {
    private func expectBlocks(
        _ fixture: JPEGFixture, _ colors: [SIMD3<Int>], tolerance: Int, location: SourceLocation = #_sourceLocation
    ) throws {
        let image = try ImageDecoder().decode(fixture.bytes)
        try #require(image.width == JPEGFixture.width && image.height == JPEGFixture.height)
        for y in 0..<image.height {
            for x in 0..<image.width {
                for c in 0..<3 {
                    let value = Int(image.pixels[(y * image.width + x) * 3 + c])
                    let expected = colors[y / 8 * 3 + x / 8][c]
                    #expect(abs(value - expected) <= tolerance, "(\(x), \(y), \(c))", sourceLocation: location)
                }
            }
        }
    }

    @Test(arguments: [JPEGFixture.baseline, .progressive, .arithmetic, .arithmeticProgressive, .separateScans, .rgb])
    func colourKinds_decodeToTheirPixelValues(fixture: JPEGFixture) throws {
        try expectBlocks(fixture, JPEGFixture.colors, tolerance: fixture == .rgb ? 0 : 1)
    }

    @Test func gray_decodesToEqualChannels() throws {
        // ITU-R 601 luminance, as cjpeg -grayscale.
        let gray = JPEGFixture.colors.map { color in
            let luminance = (299 * color.x + 587 * color.y + 114 * color.z + 500) / 1000
            return SIMD3(repeating: luminance)
        }
        try expectBlocks(.gray, gray, tolerance: 1)
    }

    @Test func adobeInks_areReadInverted() throws {
        try expectBlocks(.cmyk, JPEGFixture.inkColors, tolerance: 1)
        try expectBlocks(.ycck, JPEGFixture.inkColors, tolerance: 1)
    }

    @Test func inksWithoutAdobeMarker_areReadAsInks() throws {
        try expectBlocks(.cmykNoAdobe, JPEGFixture.inkColors, tolerance: 1)
    }

    @Test func subsampledColour_equalsTheReferenceDecoder() throws {
        let image = try ImageDecoder().decode(JPEGFixture.subsampled.bytes)
        try #require(image.width == 17 && image.height == 5)
        for (at, expected) in Self.subsampledPixels.enumerated() {
            #expect(abs(Int(image.pixels[at]) - expected) <= 1, "byte \(at)")
        }
    }

    @Test(arguments: JPEGFixture.allCases) func dimensions_comeFromTheHeader(fixture: JPEGFixture) throws {
        let size = try ImageDecoder().dimensions(of: fixture.bytes)
        #expect(size == (fixture == .subsampled ? (17, 5) : (JPEGFixture.width, JPEGFixture.height)))
    }

    @Test func bytesAfterTheEnd_areAccepted() throws {
        let whole = JPEGFixture.baseline.bytes
        #expect(try ImageDecoder().decode(whole + Data("trailing".utf8)) == ImageDecoder().decode(whole))
    }

    @Test func slicedData_isDecoded() throws {
        let whole = JPEGFixture.baseline.bytes
        let slice = (Data([1, 2, 3]) + whole).dropFirst(3)
        #expect(try ImageDecoder().decode(slice) == ImageDecoder().decode(whole))
    }

    /// djpeg 2.1.5; Pillow gives the same.
    private static let subsampledPixels = [
        1, 16, 229, 8, 18, 227, 21, 20, 222, 33, 20, 213, 50, 18, 203, 65, 18, 194, 78, 19, 185, 91, 20, 178,
        106, 20, 173, 118, 19, 164, 133, 19, 156, 148, 19, 146, 165, 17, 137, 178, 18, 128, 190, 19, 123, 201,
        20, 117, 213, 20, 111, 13, 54, 232, 19, 55, 229, 32, 57, 222, 46, 56, 215, 61, 55, 203, 77, 56, 195, 91,
        55, 187, 104, 55, 180, 117, 56, 173, 130, 57, 165, 144, 56, 158, 161, 56, 149, 177, 55, 138, 190, 55,
        131, 201, 56, 123, 212, 56, 117, 226, 59, 115, 11, 102, 209, 18, 104, 207, 30, 104, 199, 44, 106, 193,
        59, 105, 182, 74, 105, 172, 89, 105, 165, 102, 105, 158, 115, 106, 151, 129, 104, 143, 144, 105, 136,
        158, 104, 127, 174, 104, 115, 188, 103, 108, 200, 105, 101, 211, 104, 94, 221, 104, 87, 12, 144, 192,
        18, 145, 188, 30, 146, 183, 46, 147, 175, 60, 146, 163, 76, 146, 154, 91, 147, 148, 103, 146, 139, 116,
        146, 134, 129, 146, 127, 144, 147, 120, 160, 146, 109, 176, 145, 99, 188, 145, 90, 201, 147, 85, 211,
        146, 78, 226, 150, 75, 23, 185, 188, 31, 187, 186, 43, 188, 181, 56, 189, 172, 71, 188, 161, 86, 188,
        151, 101, 188, 145, 114, 188, 137, 128, 189, 132, 142, 188, 123, 156, 188, 115, 170, 188, 106, 186, 186,
        96, 201, 187, 88, 212, 188, 82, 224, 188, 74, 233, 186, 68,
    ]
}
