import Foundation
import Testing

@testable import Engine

@Suite struct JPEGRefusalTests {
    @Test(arguments: JPEGFixture.allCases) func everyTruncation_isRefused(fixture: JPEGFixture) {
        let whole = fixture.bytes
        for length in 0..<whole.count {
            #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") {
                try ImageDecoder().decode(whole.prefix(length))
            }
        }
    }

    @Test(arguments: JPEGFixture.allCases) func missingEndMarker_isCorrupt(fixture: JPEGFixture) {
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(fixture.bytes.dropLast(2)) }
        #expect(error == .corrupt(.jpeg, reason: "Premature end of JPEG file"))
    }

    @Test func endMarkerBeforeTheData_isCorrupt() throws {
        let whole = JPEGFixture.baseline.bytes
        let cut = whole.prefix(whole.count - 12) + Data([0xFF, 0xD9])
        expect(.corrupt, cut)
    }

    @Test func damagedData_isCorrupt() throws {
        // A restart marker out of order. Bytes between the segments do no harm (OddJPEGTests).
        var restart = JPEGFixture.subsampled.bytes
        let marker = try #require(restart.firstRange(of: Data([0xFF, 0xD0])))
        restart[marker.lowerBound + 1] = 0xD5
        expect(.corrupt, restart)
    }

    @Test func componentWithoutScan_isCorrupt() throws {
        let whole = JPEGFixture.separateScans.bytes
        let scans = whole.indices.dropLast().filter { whole[$0] == 0xFF && whole[$0 + 1] == 0xDA }
        try #require(scans.count == 3)
        // Huffman tables lie between the scans; nothing else of the third scan stays.
        let cut = whole.prefix(scans[2]) + Data([0xFF, 0xD9])
        expect(.corrupt, cut)
    }

    @Test func kindsThatAreNotDecoded_areNamedUnsupported() throws {
        let frame = try frameHeader(of: JPEGFixture.baseline.bytes)
        var twelveBit = JPEGFixture.baseline.bytes
        twelveBit[frame + 1] = 0xC1
        twelveBit[frame + 4] = 12
        expect(.unsupported, twelveBit)

        for lossless: UInt8 in [0xC3, 0xC5, 0xC7, 0xCB] {
            var bytes = JPEGFixture.baseline.bytes
            bytes[frame + 1] = lossless
            expect(.unsupported, bytes)
        }
        var heightLater = JPEGFixture.baseline.bytes
        heightLater.replaceSubrange(frame + 5..<frame + 7, with: [0, 0])
        expect(.unsupported, heightLater)
    }

    @Test func hugeHeader_isRefusedFromTheHeaderAlone() throws {
        for fixture in [JPEGFixture.baseline, .progressive, .arithmetic] {
            var bytes = fixture.bytes
            let frame = try frameHeader(of: bytes)
            bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x75, 0x30, 0x75, 0x30])
            let expected = ImageError.tooManyPixels(width: 30000, height: 30000, limit: 40_000_000)
            #expect(throws: expected) { try ImageDecoder().decode(bytes) }
            #expect(throws: expected) { _ = try ImageDecoder().dimensions(of: bytes) }
        }
    }

    @Test func scanBomb_isRefused() throws {
        // 64 scans send a block's coefficients one by one, 63 more refine them by a bit.
        let image = try ImageDecoder().decode(manyScans(refined: false))
        #expect(image == RGBImage(width: 8, height: 8, pixels: [UInt8](repeating: 128, count: 192)))
        expect(.unsupported, manyScans(refined: true))
    }

    private enum Refusal { case corrupt, unsupported }

    private func expect(_ refusal: Refusal, _ bytes: Data, location: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ImageError.self, sourceLocation: location) { try ImageDecoder().decode(bytes) }
        switch (refusal, error) {
        case (.corrupt, .corrupt(.jpeg, let reason)), (.unsupported, .unsupported(.jpeg, let reason)):
            #expect(!reason.isEmpty, sourceLocation: location)
        default:
            Issue.record("\(String(describing: error))", sourceLocation: location)
        }
    }

    /// Position of the SOF0, SOF2 or SOF9 marker.
    private func frameHeader(of bytes: Data) throws -> Int {
        try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && [0xC0, 0xC2, 0xC9].contains(bytes[$0 + 1]) })
    }

    /// A gray progressive 8 x 8 picture whose coefficients are all zero, one scan a coefficient.
    private func manyScans(refined: Bool) -> Data {
        var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
        bytes += [0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
        for table: UInt8 in [0x00, 0x10] {  // one code, "0": no difference, end of block
            bytes += [0xFF, 0xC4, 0, 20, table, 1] + [UInt8](repeating: 0, count: 15) + [0]
        }
        func scan(_ first: UInt8, approximation: UInt8) -> [UInt8] {
            [0xFF, 0xDA, 0, 8, 1, 1, 0x00, first, first, approximation, 0x7F]
        }
        bytes += scan(0, approximation: 0)
        for k in 1..<UInt8(64) { bytes += scan(k, approximation: refined ? 0x01 : 0x00) }
        if refined { for k in 1..<UInt8(64) { bytes += scan(k, approximation: 0x10) } }
        return Data(bytes + [0xFF, 0xD9])
    }
}
