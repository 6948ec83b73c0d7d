import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct WebPDecodingTests {
    @Test func lossless_decodesToItsPixelValues() throws {
        let image = try ImageDecoder().decode(WebPFixture.lossless.bytes)
        try #require(image.width == JPEGFixture.width && image.height == JPEGFixture.height)
        for y in 0..<image.height {
            for x in 0..<image.width {
                let at = (y * image.width + x) * 3
                let color = JPEGFixture.colors[y / 8 * 3 + x / 8]
                #expect(image.pixels[at..<at + 3].map(Int.init) == [color.x, color.y, color.z], "(\(x), \(y))")
            }
        }
    }

    @Test func lossy_equalsTheReferenceDecoder() throws {
        let image = try ImageDecoder().decode(WebPFixture.gradient.bytes)
        try #require(image.width == 17 && image.height == 5)
        for (at, expected) in Self.gradient.enumerated() {
            #expect(abs(Int(image.pixels[at]) - expected) <= 1, "byte \(at)")
        }
    }

    @Test func alpha_isBlendedOverWhite() throws {
        let lossless = try ImageDecoder().decode(WebPFixture.losslessAlpha.bytes)
        // (c alpha + 255 (255 - alpha)) / 255
        #expect(lossless.pixels == [255, 255, 255, 241, 216, 191, 227, 177, 127, 1, 2, 3])

        let lossy = try ImageDecoder().decode(WebPFixture.lossyAlpha.bytes)
        try #require(lossy.width == 16 && lossy.height == 8)
        for pixel in 0..<16 * 8 {
            let expected = pixel % 16 < 8 ? [201, 100, 50] : [255, 255, 255]
            #expect(lossy.pixels[pixel * 3..<pixel * 3 + 3].map(Int.init) == expected, "pixel \(pixel)")
        }
    }

    @Test func animated_givesItsFirstFrame() throws {
        let image = try ImageDecoder().decode(WebPFixture.animated.bytes)
        #expect(image == RGBImage(width: 8, height: 8, pixels: (0..<64).flatMap { _ in [200, 30, 40] }))
    }

    @Test func firstFrameOfAPart_liesOverWhite() throws {
        // A frame is placed in steps of two pixels.
        var frame: [UInt8] = [1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 100, 0, 0, 0]
        frame += WebPFixture.bytes(of: ("VP8L", WebPFixture.losslessAlpha.content))
        let bytes = WebPFixture.file([
            WebPFixture.header(width: 8, height: 6, flags: 0x12), ("ANIM", [0, 0, 0, 0, 0, 0]), ("ANMF", frame),
        ])
        let image = try ImageDecoder().decode(bytes)
        let part = try ImageDecoder().decode(WebPFixture.losslessAlpha.bytes).pixels
        var expected = [UInt8](repeating: 255, count: 8 * 6 * 3)
        expected.replaceSubrange((4 * 8 + 2) * 3..<(4 * 8 + 6) * 3, with: part)
        #expect(image == RGBImage(width: 8, height: 6, pixels: expected))
    }

    @Test(arguments: WebPFixture.allCases) func dimensions_comeFromTheHeader(fixture: WebPFixture) throws {
        let image = try ImageDecoder().decode(fixture.bytes)
        #expect(try ImageDecoder().dimensions(of: fixture.bytes) == (image.width, image.height))
    }

    @Test func limit_isHeldFromTheHeader() throws {
        #expect(throws: ImageError.tooManyPixels(width: 24, height: 16, limit: 383)) {
            try ImageDecoder(maximumPixels: 383).decode(WebPFixture.lossless.bytes)
        }
        let huge = WebPFixture.file([
            WebPFixture.header(width: 1 << 16, height: (1 << 16) - 1, flags: 2), ("ANIM", [0, 0, 0, 0, 0, 0]),
        ])
        #expect(throws: ImageError.tooManyPixels(width: 65_536, height: 65_535, limit: 40_000_000)) {
            try ImageDecoder().decode(huge)
        }
    }

    @Test(arguments: WebPFixture.allCases) func everyTruncation_isRefused(fixture: WebPFixture) {
        let whole = fixture.bytes
        for length in 0..<whole.count {
            #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") {
                try ImageDecoder().decode(whole.prefix(length))
            }
        }
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(whole.dropLast(3)) }
        #expect(error == .corrupt(.webp, reason: "the file ends too early"))
    }

    @Test func bytesAfterTheEnd_areAccepted() throws {
        let whole = WebPFixture.lossy.bytes
        #expect(try ImageDecoder().decode(whole + Data("trailing".utf8)) == ImageDecoder().decode(whole))
    }

    @Test(arguments: 1...8, [true, false]) func exif_turnsItUpright(orientation: Int, isNamed: Bool) throws {
        let tiff = ExifFixture(orientation: UInt16(orientation)).tiff
        let name = isNamed ? Array("Exif\0\0".utf8) : []
        let bytes = WebPFixture.extended(flags: 8, [("EXIF", name + tiff)])
        let stored = try ImageDecoder().decode(WebPFixture.lossless.bytes)
        let expected = try #require(Orientation(rawValue: orientation)).upright(stored)
        #expect(try ImageDecoder().decode(bytes) == expected)
        #expect(try ImageDecoder().dimensions(of: bytes) == (expected.width, expected.height))
    }

    @Test func randomByteChanges_neverCrashNorExceedTheLimit() {
        let limit = 100_000
        let decoder = ImageDecoder(maximumPixels: limit)
        let tiff = ExifFixture(orientation: 6).tiff
        let originals = WebPFixture.allCases.map(\.bytes) + [WebPFixture.extended(flags: 8, [("EXIF", tiff)])]
        for seed in 0..<3000 {
            var random = SeededRandom(seed: UInt64(seed))
            var bytes = originals[seed % originals.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let image = try? decoder.decode(bytes) else { continue }
            #expect(image.width * image.height <= limit, "seed \(seed)")
            #expect((try? decoder.dimensions(of: bytes)).map { $0 == (image.width, image.height) } == true)
        }
    }

    /// Pillow 13 with libwebp 1.6.
    private static let gradient = [
        0, 9, 224, 0, 12, 221, 13, 15, 217, 30, 14, 208, 44, 9, 194, 59, 10, 183, 76, 12, 179, 90, 12, 171, 104, 12,
        159, 118, 11, 152, 135, 13, 148, 152, 13, 137, 170, 12, 127, 183, 11, 115, 195, 11, 107, 206, 9, 98, 224, 12,
        95, 6, 58, 229, 14, 59, 229, 28, 62, 221, 45, 61, 213, 59, 56, 198, 75, 56, 190, 91, 59, 184, 105, 59, 175, 120,
        57, 165, 135, 58, 157, 150, 60, 152, 167, 60, 144, 185, 59, 131, 198, 58, 121, 210, 58, 111, 221, 56, 103, 238,
        58, 98, 6, 119, 208, 14, 121, 206, 30, 124, 202, 44, 125, 191, 59, 120, 177, 75, 120, 168, 92, 122, 164, 107,
        122, 155, 120, 121, 144, 135, 121, 135, 152, 123, 131, 167, 124, 122, 184, 122, 111, 200, 121, 100, 211, 120,
        92, 222, 119, 81, 236, 121, 76, 10, 176, 193, 18, 178, 192, 34, 181, 186, 48, 181, 177, 63, 176, 163, 79, 176,
        154, 94, 179, 148, 109, 179, 140, 124, 177, 130, 139, 178, 121, 154, 180, 117, 170, 180, 108, 188, 179, 96, 203,
        177, 86, 215, 177, 76, 226, 175, 67, 238, 177, 61, 17, 227, 186, 26, 229, 183, 40, 231, 178, 55, 231, 169, 71,
        229, 155, 88, 228, 147, 103, 231, 142, 118, 231, 134, 130, 227, 122, 145, 227, 113, 161, 231, 107, 177, 230, 98,
        193, 228, 86, 211, 229, 77, 225, 230, 72, 238, 231, 65, 248, 231, 57,
    ]
}
