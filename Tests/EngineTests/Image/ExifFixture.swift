import Foundation

/// A TIFF block with an orientation, and files that hold it.
struct ExifFixture {
    var orientation: UInt16
    var littleEndian = true
    /// TIFF field type; 3 is SHORT.
    var type: UInt16 = 3
    var directoryOffset: UInt32 = 8
    /// Entries that the directory claims to have; two are there.
    var entryCount: UInt16 = 2

    var tiff: [UInt8] {
        let bytes = (littleEndian ? [0x49, 0x49] : [0x4D, 0x4D]) + short(42) + long(directoryOffset)
        let width = short(0x0100) + short(3) + long(1) + short(24) + [0, 0]
        let field = short(0x0112) + short(type) + long(1) + short(orientation) + [0, 0]
        return bytes + short(entryCount) + width + field + long(0)
    }

    /// The fixture with a foreign APP1 and the EXIF segment behind its start-of-image marker.
    func jpeg(_ fixture: JPEGFixture = .baseline) -> Data {
        let payload = Array("Exif\0\0".utf8) + tiff
        let length = UInt16(payload.count + 2)
        let other: [UInt8] = [0xFF, 0xE1, 0, 6] + Array("http".utf8)
        let segment = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + payload
        return fixture.bytes.prefix(2) + other + segment + fixture.bytes.dropFirst(2)
    }

    private func short(_ value: UInt16) -> [UInt8] {
        let bytes = [UInt8(value & 255), UInt8(value >> 8)]
        return littleEndian ? bytes : bytes.reversed()
    }

    private func long(_ value: UInt32) -> [UInt8] {
        let halves = [short(UInt16(value & 0xFFFF)), short(UInt16(value >> 16))]
        return (littleEndian ? halves : halves.reversed()).flatMap { $0 }
    }
}
