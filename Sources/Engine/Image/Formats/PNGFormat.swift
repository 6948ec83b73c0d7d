import CImageCodecs
import Foundation

extension ImageFormatTraits {
    static let png = ImageFormatTraits(
        name: "PNG", mediaTypes: ["image/png", "image/x-png", "image/apng"], fileExtensions: ["png"],
        plainKind: "an ordinary PNG",
        begins: { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) },
        header: codecs_png_header, decode: codecs_png_decode, findOrientation: findInChunks)

    /// The chunk eXIf, and text under the names that writers of XMP and, before there was eXIf, ImageMagick gave it.
    private static func findInChunks(_ bytes: UnsafeRawBufferPointer, _ clues: inout OrientationClues) {
        let signatureBytes = 8
        var position = signatureBytes
        while position + 12 <= bytes.count {
            let length = Int(bytes.bigEndian32(at: position))
            let content = position + 8
            guard length <= bytes.count - content - 4 else { return }
            let name = String(decoding: bytes[part: position + 4..<content], as: UTF8.self)
            let chunk = bytes[part: content..<content + length]
            switch name {
            case "eXIf": clues.take(exif: chunk)
            case "tEXt", "zTXt", "iTXt": take(text: chunk, named: name, &clues)
            default: break
            }
            position = content + length + 4
        }
    }

    private static func take(text chunk: UnsafeRawBufferPointer, named name: String, _ clues: inout OrientationClues) {
        if let xmp = PNGText(chunk, named: name, keyword: "XML:com.adobe.xmp") {
            xmp.withBytes { clues.take(xmp: $0) }
        } else if let profile = PNGText(chunk, named: name, keyword: "Raw profile type exif") {
            profile.withBytes { text in
                RawProfile.bytes(of: text).withUnsafeBytes { clues.take(profile: $0) }
            }
        }
    }
}

/// The text of a chunk tEXt, zTXt or iTXt (PNG specification, 11.3.3).
private struct PNGText {
    private let chunk: UnsafeRawBufferPointer
    private let isCompressed: Bool
    /// What compressed text is allowed to become, as in Pillow; more is not read.
    private static let maximumBytes = 1 << 20

    /// nil where the chunk has another keyword or is none.
    init?(_ chunk: UnsafeRawBufferPointer, named name: String, keyword: String) {
        guard chunk.count > keyword.utf8.count, chunk[keyword.utf8.count] == 0, chunk.starts(with: keyword.utf8)
        else { return nil }
        var rest = chunk[part: keyword.utf8.count + 1..<chunk.count]
        switch name {
        case "tEXt":
            isCompressed = false
        case "zTXt":
            // A byte for the method, which is always zlib's.
            guard rest.first == 0 else { return nil }
            rest = rest[part: 1..<rest.count]
            isCompressed = true
        default:
            // Flag and method of compression, language, translated keyword.
            guard rest.count >= 2, rest[0] <= 1, rest[0] == 0 || rest[1] == 0 else { return nil }
            isCompressed = rest[0] == 1
            rest = rest[part: 2..<rest.count]
            for _ in 0..<2 {
                guard let end = rest.firstIndex(of: 0) else { return nil }
                rest = rest[part: end + 1..<rest.count]
            }
        }
        self.chunk = rest
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard isCompressed else { return body(chunk) }
        let inflated = [UInt8](unsafeUninitializedCapacity: Self.maximumBytes) { target, count in
            count = codecs_inflate(
                chunk.bindMemory(to: UInt8.self).baseAddress, chunk.count, target.baseAddress, Self.maximumBytes)
        }
        inflated.withUnsafeBytes(body)
    }
}

/// ImageMagick's way to keep EXIF in a PNG: a line with its name, a line with its length, hexadecimal digits.
private enum RawProfile {
    private static let maximumBytes = 1 << 20

    /// Empty where the text is something else.
    static func bytes(of text: UnsafeRawBufferPointer) -> [UInt8] {
        guard text.count <= maximumBytes else { return [] }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropFirst(3)
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in lines.joined() where digit > UInt8(ascii: " ") {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map({ UInt8($0) }) else { return [] }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
