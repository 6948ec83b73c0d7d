import Foundation

/// What people send in place of an image that can be read: told by its first bytes, so that the refusal names it and
/// says what to do.
struct RefusedFormat: Sendable {
    let name: String
    let advice: String
    /// Bytes at an offset, of which one must be there; all lie in the first `ImageError.prefixLength` bytes.
    private let signatures: [(offset: Int, bytes: [UInt8])]

    private init(_ name: String, advice: String, _ signatures: [(offset: Int, bytes: [UInt8])]) {
        (self.name, self.advice, self.signatures) = (name, advice, signatures)
    }

    private init(_ name: String, advice: String, text: String...) {
        self.init(name, advice: advice, text.map { (0, Array($0.utf8)) })
    }

    /// The first of the table that these bytes begin.
    static func of(prefix: Data) -> RefusedFormat? {
        all.first { format in
            format.signatures.contains { prefix.dropFirst($0.offset).starts(with: $0.bytes) }
        }
    }

    private static let asPNG = "Save it as PNG, which keeps every pixel."
    private static let page = "What was downloaded is a page or a message, not the image itself; look at it as text."
    private static let decoded = "Decode it first and send the bytes."

    private static func brands(_ names: String...) -> [(offset: Int, bytes: [UInt8])] {
        names.map { (4, Array("ftyp\($0)".utf8)) }
    }

    private static let all: [RefusedFormat] = [
        RefusedFormat("GIF", advice: "Save the frame that is meant as PNG.", text: "GIF8"),
        RefusedFormat("BMP", advice: asPNG, text: "BM"),
        RefusedFormat(
            "TIFF", advice: "Save it, or the page of it that is meant, as PNG.",
            text: "II*\0", "MM\0*", "II+\0", "MM\0+"),
        RefusedFormat("AVIF", advice: "Save it as JPEG, PNG or WebP.", brands("avif", "avis")),
        RefusedFormat(
            "HEIC", advice: "Export it as JPEG; a phone has a setting to take pictures in its most compatible format.",
            brands("hei", "hev", "mif1", "msf1")),
        RefusedFormat(
            "JPEG 2000", advice: asPNG,
            [(0, [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]), (0, [0xFF, 0x4F, 0xFF, 0x51])]),
        RefusedFormat(
            "JPEG XL", advice: "Save it as PNG, or turn it back into the JPEG that it was made of (djxl).",
            [(0, [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20]), (0, [0xFF, 0x0A])]),
        RefusedFormat("Photoshop's PSD", advice: "Export it as PNG.", text: "8BPS"),
        RefusedFormat("PDF", advice: "Export its pages as PNG.", text: "%PDF"),
        RefusedFormat("a video", advice: "Send single frames as JPEG or PNG.", [(4, Array("ftyp".utf8))]),
        RefusedFormat("a ZIP archive", advice: "Unpack it and send its images one by one.", text: "PK\u{3}\u{4}"),
        RefusedFormat("gzip", advice: "Unpack it and send the image itself.", [(0, [0x1F, 0x8B])]),
        RefusedFormat("SVG", advice: "Render it as PNG.", text: "<svg"),
        RefusedFormat("XML", advice: page, text: "<?xml"),
        RefusedFormat("HTML", advice: page, text: "<!DOCTYPE", "<!doctype", "<html"),
        RefusedFormat("JSON", advice: page, text: "{"),
        RefusedFormat(
            "a Git LFS pointer", advice: "Fetch the file itself first (git lfs pull).", text: "version http"),
        RefusedFormat("a data URI", advice: decoded, text: "data:"),
        RefusedFormat("base64 text of a JPEG", advice: decoded, text: "/9j/"),
        RefusedFormat("base64 text of a PNG", advice: decoded, text: "iVBORw"),
        RefusedFormat("base64 text of a WebP", advice: decoded, text: "UklGR"),
    ]
}
