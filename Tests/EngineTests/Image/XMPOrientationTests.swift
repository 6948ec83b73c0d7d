import Foundation
import Testing

@testable import Engine

/// Orientation that is told elsewhere than in EXIF, as Pillow 13's `exif_transpose` reads it.
@Suite struct XMPOrientationTests {
    private static func attribute(_ value: Int) -> String {
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description tiff:Orientation=\"\(value)\"/></rdf:RDF></x:xmpmeta>"
    }

    private static func element(_ value: Int) -> String {
        "<x:xmpmeta><rdf:Description><tiff:Make>K</tiff:Make><tiff:Orientation>\(value)</tiff:Orientation></rdf:Description>"
    }

    private func jpeg(_ packets: String..., exif: ExifFixture? = nil) -> Data {
        var segments: [UInt8] = []
        for packet in packets {
            let payload = Array("http://ns.adobe.com/xap/1.0/\0\(packet)".utf8)
            let length = payload.count + 2
            segments += [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)]
            segments += payload
        }
        var bytes = exif?.jpeg() ?? JPEGFixture.baseline.bytes
        bytes.insert(contentsOf: segments, at: 2)
        return bytes
    }

    private func expect(
        _ orientation: Int, of bytes: Data, _ what: Comment? = nil, location: SourceLocation = #_sourceLocation
    ) throws {
        let format = try #require(ImageFormat.sniff(bytes))
        #expect(Orientation(of: bytes, format: format).rawValue == orientation, what, sourceLocation: location)
        // The file can be decoded, and is turned so.
        let size = try ImageDecoder().dimensions(of: bytes)
        let image = try ImageDecoder().decode(bytes)
        #expect(size == (image.width, image.height), what, sourceLocation: location)
    }

    @Test(arguments: 1...8) func jpeg_isTurnedByXMP(orientation: Int) throws {
        try expect(orientation, of: jpeg(Self.attribute(orientation)))
        try expect(orientation, of: jpeg(Self.element(orientation)))
        let stored = try ImageDecoder().decode(JPEGFixture.baseline.bytes)
        let turned = try #require(Orientation(rawValue: orientation)).upright(stored)
        #expect(try ImageDecoder().decode(jpeg(Self.attribute(orientation))) == turned)
    }

    @Test func exif_countsBeforeXMP() throws {
        try expect(6, of: jpeg(Self.attribute(3), exif: ExifFixture(orientation: 6)))
        // Also with a value that makes no sense: the tag is there.
        try expect(1, of: jpeg(Self.attribute(3), exif: ExifFixture(orientation: 0)))
        // Without the tag XMP counts.
        try expect(3, of: jpeg(Self.attribute(3), exif: ExifFixture(orientation: 6, entryCount: 1)))
    }

    @Test func senselessXMP_isReadAsUpright() throws {
        for text in [
            "", "tiff:Orientation", "tiff:Orientation=", "tiff:Orientation=\"", "tiff:Orientation=\"x\"",
            "tiff:Orientation=\"9\"", "tiff:Orientation=\"0\"", "tiff:Orientation='6'", "Orientation=\"6\"",
        ] { try expect(1, of: jpeg(text), "\(text)") }
        try expect(6, of: jpeg("tiff:Orientation tiff:Orientation=\"6\""))
        try expect(8, of: jpeg(Self.attribute(6), Self.attribute(8)), "the last packet")
    }

    @Test func strayBytesBetweenSegments_hideNoOrientation() throws {
        let bytes = ExifFixture(orientation: 6).jpeg()
        // Behind the first segment, of eight bytes: a file's first three bytes are its signature.
        let stray = bytes.prefix(10) + Data([0x00, 0xFF, 0x00, 0x12, 0xFF, 0xFF]) + bytes.dropFirst(10)
        try expect(6, of: stray)
    }

    private func png(_ chunks: PNGFixture.Chunk..., afterData: Bool = false) -> Data {
        var fixture = PNGFixture(width: 3, height: 2, pixel: { x, y in [x, y, 7] })
        if afterData { fixture.afterData = chunks } else { fixture.beforeData = chunks }
        return fixture.bytes
    }

    private func international(_ text: [UInt8], flag: UInt8 = 0) -> PNGFixture.Chunk {
        var content = Array("XML:com.adobe.xmp\0".utf8)
        content += [flag, 0]
        content += Array("en\0XMP\0".utf8)
        return ("iTXt", content + text)
    }

    @Test(arguments: 1...8, [false, true]) func png_isTurnedByXMP(orientation: Int, afterData: Bool) throws {
        let text = Array(Self.attribute(orientation).utf8)
        try expect(orientation, of: png(international(text), afterData: afterData))
        try expect(orientation, of: png(international(PNGFixture.zlib(text), flag: 1), afterData: afterData))
        let exif: PNGFixture.Chunk = ("eXIf", ExifFixture(orientation: 6).tiff)
        try expect(6, of: png(international(text), exif, afterData: afterData))
    }

    @Test func brokenTextChunks_areIgnored() throws {
        let text = Array(Self.attribute(6).utf8)
        let whole = international(text).content
        for length in 0...whole.count {
            // Cut off, the packet still tells its value where the digit is there.
            let digit = whole.count - Array("\"/></rdf:RDF></x:xmpmeta>".utf8).count
            try expect(length >= digit ? 6 : 1, of: png(("iTXt", Array(whole.prefix(length)))), "\(length)")
        }
        try expect(1, of: png(international(text, flag: 1)), "not compressed")
        try expect(1, of: png(international(Array(PNGFixture.zlib(text).dropLast(5)), flag: 1)), "cut off")
        let bomb = PNGFixture.zlib([UInt8](repeating: 32, count: 1 << 20) + text)
        try expect(1, of: png(international(bomb, flag: 1)), "over a MiB")
    }

    @Test func rawProfile_isReadAsEXIF() throws {
        let tiff = ExifFixture(orientation: 6).tiff
        let digits = (Array("Exif\0\0".utf8) + tiff).map { String(format: "%02x", $0) }.joined()
        let text = Array("\nexif\n      \(digits.count / 2)\n\(digits.prefix(72))\n\(digits.dropFirst(72))\n".utf8)
        let key = Array("Raw profile type exif\0".utf8)
        try expect(6, of: png(("tEXt", key + text)))
        try expect(6, of: png(("zTXt", key + [0] + PNGFixture.zlib(text))))
        // Before XMP, after EXIF's own chunk.
        let xmp = international(Array(Self.attribute(3).utf8))
        try expect(6, of: png(xmp, ("tEXt", key + text)))
        try expect(8, of: png(("tEXt", key + text), ("eXIf", ExifFixture(orientation: 8).tiff)))
        for broken in ["", "\n", "\nexif\n 3\n", "\nexif\n 3\nxyz", "\nexif\n 3\n4949\u{e9}"] {
            try expect(1, of: png(("tEXt", key + Array(broken.utf8))), "\(broken)")
        }
    }

    @Test(arguments: 1...8) func webp_isTurnedByXMP(orientation: Int) throws {
        let packet = Array(Self.element(orientation).utf8)
        try expect(orientation, of: WebPFixture.extended(flags: 4, [("XMP ", packet)]))
        let exif: WebPFixture.Chunk = ("EXIF", ExifFixture(orientation: 6).tiff)
        try expect(6, of: WebPFixture.extended(flags: 12, [exif, ("XMP ", packet)]))
        // A header that does not tell of it.
        try expect(1, of: WebPFixture.extended(flags: 0, [("XMP ", packet)]))
    }
}
