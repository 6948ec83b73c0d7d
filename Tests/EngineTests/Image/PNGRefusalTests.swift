import Foundation
import Testing

@testable import Engine

@Suite struct PNGRefusalTests {
    private let fixture = PNGFixture(width: 6, height: 5, pixel: { x, y in [x * 40, y * 50, 9] })

    private func expectCorrupt(_ bytes: Data, _ what: Comment, location: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ImageError.self, what, sourceLocation: location) {
            try ImageDecoder().decode(bytes)
        }
        guard case .corrupt(.png, _) = error else {
            Issue.record("\(what): \(String(describing: error))", sourceLocation: location)
            return
        }
    }

    @Test(arguments: [false, true]) func everyTruncation_isRefused(interlaced: Bool) {
        var fixture = fixture
        fixture.interlaced = interlaced
        let whole = fixture.bytes
        for length in 0..<whole.count {
            #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") {
                try ImageDecoder().decode(whole.prefix(length))
            }
        }
    }

    @Test func wrongChecksum_ofAnyChunk_isRefused() {
        var fixture = fixture
        fixture.beforeData = [("tEXt", Array("key\0value".utf8))]
        for (position, chunk) in fixture.chunks.enumerated() {
            var pieces = fixture.chunks.map { PNGFixture.bytes(of: $0) }
            pieces[position][pieces[position].count - 1] ^= 1
            expectCorrupt(Data(PNGFixture.file([]) + pieces.joined()), "\(chunk.name)")
        }
    }

    @Test func missingEnd_isRefused() {
        expectCorrupt(PNGFixture.file(fixture.chunks.dropLast()), "no IEND")
    }

    @Test func missingData_isRefused() {
        expectCorrupt(PNGFixture.file(fixture.chunks.filter { $0.name != "IDAT" }), "no IDAT")
        var shorter = fixture
        shorter.height -= 1
        let chunks = [fixture.chunks[0]] + shorter.chunks.dropFirst()
        expectCorrupt(PNGFixture.file(chunks), "one row less than the header tells")
    }

    @Test func wrongZlibChecksum_isRefused() {
        var chunks = fixture.chunks
        for position in chunks.indices where chunks[position].name == "IDAT" {
            chunks[position].content[chunks[position].content.count - 1] ^= 1
        }
        expectCorrupt(PNGFixture.file(chunks), "Adler-32")
    }

    @Test func illegalHeaders_areRefused() {
        for (offset, value) in [(8, UInt8(3)), (9, 5), (10, 1), (11, 1), (12, 2)] {
            var chunks = fixture.chunks
            chunks[0].content[offset] = value
            expectCorrupt(PNGFixture.file(chunks), "IHDR byte \(offset) = \(value)")
        }
        for size in [(0, 5), (6, 0), (1 << 31, 5)] {
            var chunks = fixture.chunks
            chunks[0].content.replaceSubrange(0..<8, with: PNGFixture.bigEndian(size.0) + PNGFixture.bigEndian(size.1))
            expectCorrupt(PNGFixture.file(chunks), "size \(size)")
        }
    }

    @Test func missingPalette_isRefused() {
        let fixture = PNGFixture(
            width: 2, height: 1, colorType: .indexed, palette: [[1, 2, 3]], pixel: { _, _ in [0] })
        expectCorrupt(PNGFixture.file(fixture.chunks.filter { $0.name != "PLTE" }), "no palette")
    }

    @Test func unknownCriticalChunk_isRefused() {
        var fixture = fixture
        fixture.beforeData = [("ABCD", [1, 2, 3])]
        expectCorrupt(fixture.bytes, "unknown critical chunk")
    }

    @Test func hugeHeader_isRefusedFromTheHeaderAlone() {
        var chunks = fixture.chunks
        chunks[0].content.replaceSubrange(0..<8, with: PNGFixture.bigEndian(30000) + PNGFixture.bigEndian(30000))
        let bytes = PNGFixture.file(chunks)
        let expected = ImageError.tooManyPixels(width: 30000, height: 30000, limit: 40_000_000)
        #expect(throws: expected) { try ImageDecoder().decode(bytes) }
        #expect(throws: expected) { _ = try ImageDecoder().dimensions(of: bytes) }
    }

    @Test func limit_isInclusive() throws {
        #expect(try ImageDecoder(maximumPixels: 30).decode(fixture.bytes).width == 6)
        #expect(throws: ImageError.tooManyPixels(width: 6, height: 5, limit: 29)) {
            try ImageDecoder(maximumPixels: 29).decode(fixture.bytes)
        }
    }
}
