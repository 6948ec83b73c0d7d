import Foundation
import Testing

@testable import Engine

/// JPEG files with a fault that takes nothing from their pixels, as cameras and old tools write them.
@Suite struct OddJPEGTests {
    private func expectSame(
        _ odd: Data, as clean: Data, _ code: Warning.Code, _ detail: String,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let decoded = try ImageDecoder().decodeTelling(odd)
        #expect(try decoded.image == ImageDecoder().decode(clean), sourceLocation: location)
        #expect(decoded.warnings.map(\.code) == [code], sourceLocation: location)
        #expect(decoded.warnings.first?.detail.contains(detail) == true, sourceLocation: location)
        let size = try ImageDecoder().dimensions(of: clean)
        #expect(try ImageDecoder().dimensions(of: odd) == size, sourceLocation: location)
    }

    private func positions(of marker: UInt8, in bytes: Data) -> [Int] {
        bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == marker }
    }

    private func inserting(_ stray: [UInt8], at position: Int, in bytes: Data) -> Data {
        bytes.prefix(position) + stray + bytes.dropFirst(position)
    }

    @Test(arguments: JPEGFixture.allCases) func intactFiles_haveNoWarnings(fixture: JPEGFixture) throws {
        #expect(try ImageDecoder().decodeTelling(fixture.bytes).warnings.isEmpty)
    }

    @Test(arguments: [JPEGFixture.baseline, .gray, .subsampled, .separateScans, .cmyk, .rgb])
    func scanParametersOfZero_changeNothing(fixture: JPEGFixture) throws {
        var bytes = fixture.bytes
        for scan in positions(of: 0xDA, in: bytes) {
            let end = scan + 2 + Int(bytes[scan + 2]) << 8 + Int(bytes[scan + 3])
            try #require(Array(bytes[end - 3..<end]) == [0, 63, 0])
            bytes[end - 2] = 0
        }
        try expectSame(bytes, as: fixture.bytes, .oddHeader, "scan header")
    }

    @Test(arguments: [JPEGFixture.baseline, .progressive, .arithmetic, .separateScans])
    func strayBytesBetweenSegments_areSkipped(fixture: JPEGFixture) throws {
        let whole = fixture.bytes
        for marker: UInt8 in [0xDB, 0xC4, 0xDA] {
            guard let position = positions(of: marker, in: whole).first else { continue }
            let odd = inserting([0, 1, 2, 0xFF, 0], at: position, in: whole)
            try expectSame(odd, as: whole, .strayBytes, "5 bytes")
        }
    }

    @Test(arguments: JPEGFixture.allCases) func strayBytesBeforeTheEnd_areSkipped(fixture: JPEGFixture) throws {
        let whole = fixture.bytes
        // More than decoders read ahead; and zeros, which none takes for a marker.
        let odd = inserting([UInt8](repeating: 0, count: 20), at: whole.count - 2, in: whole)
        let decoded = try ImageDecoder().decodeTelling(odd)
        #expect(try decoded.image == ImageDecoder().decode(whole))
        #expect(decoded.warnings.map(\.code) == [.strayBytes])
    }

    @Test func strayBytesBeforeARestartMarker_areSkipped() throws {
        let whole = JPEGFixture.subsampled.bytes
        let restart = try #require(positions(of: 0xD0, in: whole).first)
        let stray = [UInt8](repeating: 0x12, count: 20)
        try expectSame(inserting(stray, at: restart, in: whole), as: whole, .strayBytes, "20 bytes between")
    }

    @Test func severalPlaces_areToldTogether() throws {
        let whole = JPEGFixture.baseline.bytes
        let table = try #require(positions(of: 0xDB, in: whole).first)
        let scan = try #require(positions(of: 0xDA, in: whole).first)
        let odd = inserting([7], at: table, in: inserting([0, 0], at: scan, in: whole))
        try expectSame(odd, as: whole, .strayBytes, "3 bytes")
    }
}
