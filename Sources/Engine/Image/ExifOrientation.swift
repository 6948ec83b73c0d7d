import Foundation

extension Orientation {
    /// The orientation that a file's EXIF data tell; `.upright` when there are none or they make no sense, as in
    /// viewers. Reads inside `bytes` only, whatever lengths and offsets the data hold.
    init(of bytes: Data, format: ImageFormat) {
        self = bytes.withUnsafeBytes { buffer in
            let tiff = format == .jpeg ? Self.tiff(inJPEG: buffer) : Self.tiff(inPNG: buffer)
            return tiff.flatMap { Self.read(tiff: $0) } ?? .upright
        }
    }

    /// The TIFF block of the first APP1 segment that holds EXIF, among the segments before the first scan.
    private static func tiff(inJPEG bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let app1: UInt8 = 0xE1, startOfScan: UInt8 = 0xDA
        let exif = Array("Exif\0\0".utf8)
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            if marker == 0xFF {  // fill byte
                position += 1
                continue
            }
            let length = Int(bytes.bigEndian16(at: position + 2))
            let end = position + 2 + length
            guard marker != startOfScan, length >= 2, end <= bytes.count else { return nil }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[position + 4..<end])
            if marker == app1, payload.starts(with: exif) {
                return UnsafeRawBufferPointer(rebasing: payload[exif.count...])
            }
            position = end
        }
        return nil
    }

    /// The content of the first eXIf chunk.
    private static func tiff(inPNG bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let name = Array("eXIf".utf8)
        var position = ImageFormat.png.signature.count
        while position + 12 <= bytes.count {
            let length = Int(bytes.bigEndian32(at: position))
            let content = position + 8
            guard length <= bytes.count - content - 4 else { return nil }
            if bytes[position + 4..<content].elementsEqual(name) {
                return UnsafeRawBufferPointer(rebasing: bytes[content..<content + length])
            }
            position = content + length + 4
        }
        return nil
    }

    /// Tag 0x0112 of the first directory (TIFF 6.0, section 2): a SHORT, in the field's first two value bytes.
    private static func read(tiff: UnsafeRawBufferPointer) -> Orientation? {
        guard tiff.count >= 8 else { return nil }
        let littleEndian: Bool
        switch (tiff[0], tiff[1]) {
        case (0x49, 0x49): littleEndian = true
        case (0x4D, 0x4D): littleEndian = false
        default: return nil
        }
        func short(_ at: Int) -> UInt16 {
            littleEndian ? tiff.bigEndian16(at: at).byteSwapped : tiff.bigEndian16(at: at)
        }
        let offset = tiff.bigEndian32(at: 4)
        let directory = Int(littleEndian ? offset.byteSwapped : offset)
        guard short(2) == 42, directory >= 8, directory <= tiff.count - 2 else { return nil }

        let entryBytes = 12, orientationTag: UInt16 = 0x0112, shortType: UInt16 = 3
        for index in 0..<Int(short(directory)) {
            let entry = directory + 2 + index * entryBytes
            guard entry + entryBytes <= tiff.count else { return nil }
            if short(entry) == orientationTag {
                return short(entry + 2) == shortType ? Orientation(rawValue: Int(short(entry + 8))) : nil
            }
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    fileprivate func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
    }
}
