import Foundation
import Testing

@testable import Engine

/// PNG files with parts that nobody reads, or that stand where the format forbids them.
@Suite struct OddPNGTests {
    private let fixture = PNGFixture(width: 6, height: 5, pixel: { x, y in [x * 40, y * 30, 9] })
    private let gray = PNGFixture(width: 6, height: 5, colorType: .gray, pixel: { x, y in [x * 40 + y] })
    private let indexed = PNGFixture(
        width: 4, height: 1, bitDepth: 2, colorType: .indexed,
        palette: [[10, 20, 30], [200, 100, 0], [1, 2, 3], [9, 9, 9]], pixel: { x, _ in [x] })

    private func expectSame(
        _ odd: Data, as clean: Data, _ code: Warning.Code?, _ detail: String = "",
        location: SourceLocation = #_sourceLocation
    ) throws {
        let decoded = try ImageDecoder().decodeTelling(odd)
        #expect(try decoded.image == ImageDecoder().decode(clean), sourceLocation: location)
        #expect(decoded.warnings.map(\.code) == (code.map { [$0] } ?? []), sourceLocation: location)
        #expect(decoded.warnings.allSatisfy { $0.detail.contains(detail) }, sourceLocation: location)
        let size = try ImageDecoder().dimensions(of: clean)
        #expect(try ImageDecoder().dimensions(of: odd) == size, sourceLocation: location)
    }

    // MARK: - Chunks that nobody reads

    @Test(arguments: ["iCCP", "tEXt", "caBX", "eXIf", "fdAT"], [false, true])
    func ancillaryChunksOfAnySize_areSkipped(name: String, afterData: Bool) throws {
        for size in [0, 80_000] {
            var odd = fixture
            let chunk: PNGFixture.Chunk = (name, [UInt8](repeating: 0x41, count: size))
            if afterData { odd.afterData = [chunk, chunk] } else { odd.beforeData = [chunk, chunk] }
            try expectSame(odd.bytes, as: fixture.bytes, nil)
        }
    }

    @Test func ancillaryChunksOfMasks_areSkippedToo() throws {
        for mask in [gray, indexed] {
            var odd = mask
            odd.beforeData = [("iCCP", [UInt8](repeating: 1, count: 100_000))]
            odd.afterData = [("tEXt", [UInt8](repeating: 65, count: 100_000))]
            #expect(try VOCPNG.decode(odd.bytes) == VOCPNG.decode(mask.bytes))
        }
    }

    @Test func animationWithLargeFrames_givesItsDefaultImage() throws {
        var odd = fixture
        odd.beforeData = [("acTL", PNGFixture.bigEndian(2) + PNGFixture.bigEndian(0))]
        odd.afterData = [("fcTL", [UInt8](repeating: 0, count: 26)), ("fdAT", [UInt8](repeating: 3, count: 200_000))]
        try expectSame(odd.bytes, as: fixture.bytes, nil)
    }

    @Test func damagedAncillaryChunk_isStillRefused() {
        var odd = fixture
        odd.beforeData = [("tEXt", [UInt8](repeating: 65, count: 100_000))]
        var bytes = odd.bytes
        bytes[5000] ^= 1
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(bytes) }
        #expect(error == .corrupt(.png, reason: "the checksum of a chunk is wrong"))
        #expect(throws: ImageError.corrupt(.png, reason: "the file ends too early")) {
            try ImageDecoder().decode(odd.bytes.prefix(60_000))
        }
    }

    @Test func chunkBetweenTheData_isRefused_andBehindThemSkipped() throws {
        let chunks = fixture.chunks.flatMap { chunk -> [PNGFixture.Chunk] in
            guard chunk.name == "IDAT" else { return [chunk] }
            let half = chunk.content.count / 2
            return [
                ("IDAT", Array(chunk.content.prefix(half))), ("tEXt", Array("k\0v".utf8)),
                ("IDAT", Array(chunk.content.dropFirst(half))),
            ]
        }
        #expect(throws: ImageError.corrupt(.png, reason: "the pixel data are not in one piece")) {
            try ImageDecoder().decode(PNGFixture.file(chunks))
        }
        var odd = fixture
        odd.afterData = [("tEXt", Array("k\0v".utf8)), ("IDAT", [1, 2, 3])]
        try expectSame(odd.bytes, as: fixture.bytes, .extraData, "more pixel data")
    }

    // MARK: - Palettes and transparency

    private func inserting(_ chunk: PNGFixture.Chunk, before name: String, in fixture: PNGFixture) -> Data {
        PNGFixture.file(fixture.chunks.flatMap { $0.name == name ? [chunk, $0] : [$0] })
    }

    private let palette: PNGFixture.Chunk = ("PLTE", [1, 2, 3, 4, 5, 6])

    @Test func paletteInAGrayFile_isNotRead() throws {
        for type in [PNGFixture.ColorType.gray, .grayAlpha] {
            let plain = PNGFixture(
                width: 3, height: 2, colorType: type, pixel: { x, y in Array([x * 90, 200 - y].suffix(type.channels)) })
            try expectSame(inserting(palette, before: "IDAT", in: plain), as: plain.bytes, .misplacedPart, "palette")
        }
        #expect(try VOCPNG.decode(inserting(palette, before: "IDAT", in: gray)) == VOCPNG.decode(gray.bytes))
    }

    @Test func secondPalette_isNotRead() throws {
        try expectSame(
            inserting(palette, before: "IDAT", in: indexed), as: indexed.bytes, .misplacedPart, "more than one palette")
        try expectSame(
            inserting(palette, before: "IEND", in: indexed), as: indexed.bytes, .misplacedPart, "more than one palette")
        try expectSame(inserting(palette, before: "IEND", in: fixture), as: fixture.bytes, .misplacedPart, "palette")
    }

    @Test func paletteThatIsTooLong_isReadAsFarAsPixelsReach() throws {
        for extra in [1, 300] {
            var odd = indexed
            odd.palette += [SIMD3<UInt8>](repeating: [77, 77, 77], count: extra)
            try expectSame(odd.bytes, as: indexed.bytes, .misplacedPart, "more colours")
        }
        var byte = indexed
        byte.bitDepth = 8
        var odd = byte
        odd.palette += [SIMD3<UInt8>](repeating: [77, 77, 77], count: 300)
        try expectSame(odd.bytes, as: byte.bytes, .misplacedPart, "more colours")
        #expect(try VOCPNG.decode(odd.bytes) == VOCPNG.decode(byte.bytes))
    }

    @Test func paletteOfAColourFile_isAHint() throws {
        try expectSame(inserting(palette, before: "IDAT", in: fixture), as: fixture.bytes, nil)
        let long: PNGFixture.Chunk = ("PLTE", [UInt8](repeating: 1, count: 900))
        try expectSame(inserting(long, before: "IDAT", in: fixture), as: fixture.bytes, .misplacedPart, "colours")
    }

    @Test func transparencyOfAWrongLength_isNotRead() throws {
        for count in [5, 300] {
            var odd = indexed
            odd.transparency = [UInt8](repeating: 128, count: count)
            try expectSame(odd.bytes, as: indexed.bytes, .misplacedPart, "another length")
        }
        for (plain, count) in [(gray, 1), (gray, 6), (fixture, 2), (fixture, 7)] {
            var odd = plain
            odd.transparency = [UInt8](repeating: 0, count: count)
            try expectSame(odd.bytes, as: plain.bytes, .misplacedPart, "another length")
        }
    }

    @Test func transparencyWhereNoneMayBe_isNotRead() throws {
        let chunk: PNGFixture.Chunk = ("tRNS", [0, 40])
        try expectSame(inserting(chunk, before: "IEND", in: gray), as: gray.bytes, .misplacedPart, "transparency")
        let early = inserting(("tRNS", [0, 128]), before: "PLTE", in: indexed)
        try expectSame(early, as: indexed.bytes, .misplacedPart, "transparency")
        let alpha = PNGFixture(width: 2, height: 1, colorType: .rgbAlpha, pixel: { x, _ in [x, 2, 3, 200] })
        try expectSame(inserting(chunk, before: "IDAT", in: alpha), as: alpha.bytes, .misplacedPart, "transparency")
    }

    @Test func secondTransparency_isNotRead() throws {
        var clean = indexed
        clean.transparency = [0, 128]
        let odd = inserting(("tRNS", [255, 255, 0]), before: "IDAT", in: clean)
        try expectSame(odd, as: clean.bytes, .misplacedPart, "more than once")
    }

    // MARK: - Data

    @Test func moreDataThanPixels_isNotRead() throws {
        var longer = fixture
        longer.height += 3
        let rows = PNGFixture.file([fixture.chunks[0]] + longer.chunks.dropFirst())
        try expectSame(rows, as: fixture.bytes, .extraData, "more pixel data")

        let padded = fixture.chunks.map { chunk -> PNGFixture.Chunk in
            chunk.name == "IDAT" ? ("IDAT", chunk.content + [UInt8](repeating: 0x55, count: 500)) : chunk
        }
        try expectSame(PNGFixture.file(padded), as: fixture.bytes, .extraData, "more pixel data")
        let second = fixture.chunks.flatMap { chunk -> [PNGFixture.Chunk] in
            chunk.name == "IDAT" ? [chunk, ("IDAT", [UInt8](repeating: 0x55, count: 500))] : [chunk]
        }
        try expectSame(PNGFixture.file(second), as: fixture.bytes, .extraData, "more pixel data")
    }

    @Test func moreDataThanAMaskHasPixels_isNotRead() throws {
        var longer = gray
        longer.height += 3
        let odd = PNGFixture.file([gray.chunks[0]] + longer.chunks.dropFirst())
        #expect(try VOCPNG.decode(odd) == VOCPNG.decode(gray.bytes))
    }

    // MARK: - Sixteen bits

    @Test(arguments: [PNGFixture.ColorType.gray, .rgb, .rgbAlpha], [false, true])
    func fewOfSixteenBits_areTold(type: PNGFixture.ColorType, interlaced: Bool) throws {
        func picture(brightest: Int) -> Data {
            PNGFixture(
                width: 9, height: 7, bitDepth: 16, colorType: type, interlaced: interlaced,
                pixel: { x, y in
                    let value = x == 8 && y == 5 ? brightest : (x * y) % 1000
                    return [Int](repeating: value, count: min(type.channels, 3)) + (type == .rgbAlpha ? [65535] : [])
                }
            ).bytes
        }
        let dark = try ImageDecoder().decodeTelling(picture(brightest: 4095))
        #expect(dark.warnings.map(\.code) == [.nearlyBlack])
        #expect(dark.warnings.first?.detail.contains("is 4095 of 65535") == true)
        #expect(try ImageDecoder().decodeTelling(picture(brightest: 4096)).warnings.isEmpty)
    }

    @Test func darkEightBitPictures_areNoCauseForAWarning() throws {
        let dark = PNGFixture(width: 3, height: 3, colorType: .gray, pixel: { _, _ in [1] })
        #expect(try ImageDecoder().decodeTelling(dark.bytes).warnings.isEmpty)
    }

    @Test func sixteenBits_areRoundedToTheNearest() throws {
        let values = [0, 127, 128, 129, 256, 384, 385, 386, 32767, 32768, 65406, 65407, 65408, 65535]
        let fixture = PNGFixture(
            width: values.count, height: 1, bitDepth: 16, colorType: .gray, pixel: { x, _ in [values[x]] })
        let expected = values.map { UInt8((Double($0) / 257).rounded()) }
        #expect(try ImageDecoder().decode(fixture.bytes).pixels == expected.flatMap { [$0, $0, $0] })
    }

    @Test func longSides_areRefusedBySize() throws {
        var chunks = fixture.chunks
        chunks[0].content.replaceSubrange(0..<8, with: PNGFixture.bigEndian(1_000_001) + PNGFixture.bigEndian(1))
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(PNGFixture.file(chunks)) }
        #expect(error == .sideTooLong(.png, reason: "a side is longer than 1000000 pixels"))
        let thin = PNGEncoder.gray16(
            width: 1_000_000, height: 1, values: [UInt16](repeating: .max, count: 1_000_000))
        #expect(try ImageDecoder().decode(thin).width == 1_000_000)
    }
}
