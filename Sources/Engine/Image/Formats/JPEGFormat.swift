import CImageCodecs
import Foundation

extension ImageFormatTraits {
    /// MPO is a JPEG with another one behind it.
    static let jpeg = ImageFormatTraits(
        name: "JPEG", mediaTypes: ["image/jpeg", "image/jpg", "image/pjpeg"],
        fileExtensions: ["jpg", "jpeg", "jfif", "jpe", "jpg_large", "mpo"],
        plainKind: "an ordinary JPEG, baseline or progressive with 8 bits a sample",
        // The start-of-image marker and the first byte of the next one.
        begins: { $0.starts(with: [0xFF, 0xD8, 0xFF]) },
        header: codecs_jpeg_header, decode: codecs_jpeg_decode, findOrientation: findInSegments)

    /// APP1 segments before the first scan, found as libjpeg finds them: what stands between segments and begins no
    /// marker is skipped.
    private static func findInSegments(_ bytes: UnsafeRawBufferPointer, _ clues: inout OrientationClues) {
        let exif = Array("Exif\0\0".utf8)
        let xmp = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
        let app1: UInt8 = 0xE1
        let startOfScan: UInt8 = 0xDA
        let endOfImage: UInt8 = 0xD9
        // TEM and RST0 to RST7 are markers without a segment; a zero after FF is no marker.
        let alone: Set<UInt8> = [0x00, 0x01, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7]
        var position = 2
        while position + 4 <= bytes.count {
            let marker = bytes[position + 1]
            // FF before another FF is a fill byte.
            if bytes[position] != 0xFF || marker == 0xFF {
                position += 1
                continue
            }
            if alone.contains(marker) {
                position += 2
                continue
            }
            let length = Int(bytes.bigEndian16(at: position + 2))
            let end = position + 2 + length
            guard marker != startOfScan, marker != endOfImage, length >= 2, end <= bytes.count else { return }
            let payload = bytes[part: position + 4..<end]
            if marker == app1, payload.starts(with: exif) {
                clues.take(exif: bytes[part: position + 4 + exif.count..<end])
            } else if marker == app1, payload.starts(with: xmp) {
                clues.take(xmp: bytes[part: position + 4 + xmp.count..<end])
            }
            position = end
        }
    }
}
