import CImageCodecs
import Foundation

extension ImageFormatTraits {
    static let webp = ImageFormatTraits(
        name: "WebP", mediaTypes: ["image/webp"], fileExtensions: ["webp"], plainKind: "an ordinary WebP, or as PNG",
        // A RIFF file of the kind WEBP; four bytes of length are between the two.
        begins: { $0.starts(with: Array("RIFF".utf8)) && $0.dropFirst(8).starts(with: Array("WEBP".utf8)) },
        header: codecs_webp_header, decode: codecs_webp_decode, findOrientation: findInChunks)

    /// The chunks EXIF and XMP of an extended file whose header says that they are there, as libwebp reads them.
    private static func findInChunks(_ bytes: UnsafeRawBufferPointer, _ clues: inout OrientationClues) {
        let headerBytes = 12
        let exifFlag: UInt8 = 0x08
        let xmpFlag: UInt8 = 0x04
        guard bytes.count > headerBytes + 8, bytes[part: 12..<16].elementsEqual("VP8X".utf8) else { return }
        let flags = bytes[20]
        let end = min(bytes.count, 8 + Int(bytes.littleEndian32(at: 4)))
        var position = headerBytes
        while position + 8 <= end {
            let length = Int(bytes.littleEndian32(at: position + 4))
            let content = position + 8
            guard length <= end - content else { return }
            let name = bytes[part: position..<position + 4]
            if flags & exifFlag != 0, name.elementsEqual("EXIF".utf8) {
                clues.take(exif: bytes[part: content..<content + length])
            } else if flags & xmpFlag != 0, name.elementsEqual("XMP ".utf8) {
                clues.take(xmp: bytes[part: content..<content + length])
            }
            position = content + length + length % 2
        }
    }
}
