import Foundation

/// Why bytes did not become a picture. Every case is the sender's to mend; `description` is a full sentence.
public enum ImageError: Error, Equatable, Sendable, Codable {
    /// No bytes at all.
    case empty
    /// Neither JPEG nor PNG; `foundPrefix` holds the first bytes, twelve at most.
    case notAnImage(foundPrefix: Data)
    /// The header tells of more pixels than the decoder's limit. Nothing of that size was allocated.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// Truncated or damaged; `reason` is the codec library's.
    case corrupt(ImageFormat, reason: String)
    /// A legal file of a kind that is not decoded, such as a 12-bit JPEG.
    case unsupported(ImageFormat, reason: String)

    static let prefixLength = 12
}

extension ImageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty:
            "The image is empty; send the bytes of a JPEG or PNG file."
        case .notAnImage(let prefix):
            "The image is neither JPEG nor PNG: \(Self.describe(prefix)). Accepted are JPEG and PNG."
        case .tooManyPixels(let width, let height, let limit):
            "The image has \(width) x \(height) pixels; the limit is \(limit) pixels. Send a smaller one."
        case .corrupt(let format, let reason):
            "The \(format.name) file is damaged or incomplete: \(reason)."
        case .unsupported(let format, let reason):
            "This kind of \(format.name) file is not supported: \(reason). Save it as an ordinary 8-bit \(format.name)."
        }
    }

    private static func describe(_ prefix: Data) -> String {
        let bytes = prefix.map { String(format: "%02x", $0) }.joined(separator: " ")
        guard let name = knownName(of: prefix) else { return "it begins with the bytes \(bytes)" }
        return "it looks like \(name) (first bytes \(bytes))"
    }

    /// Formats that people send by mistake.
    private static func knownName(of prefix: Data) -> String? {
        let known: [(offset: Int, text: String, name: String)] = [
            (0, "GIF8", "GIF"), (0, "BM", "BMP"), (0, "II*\0", "TIFF"), (0, "MM\0*", "TIFF"), (8, "WEBP", "WebP"),
            (4, "ftypavif", "AVIF"), (4, "ftyphei", "HEIC"), (4, "ftypmif1", "HEIC"), (0, "%PDF", "PDF"),
            (0, "<svg", "SVG"), (0, "<?xml", "XML"), (0, "<!DOCTYPE", "HTML"), (0, "<html", "HTML"),
            (0, "{", "JSON"), (0, "data:", "a data URI"), (0, "/9j/", "base64 text of a JPEG"),
            (0, "iVBORw", "base64 text of a PNG"),
        ]
        return known.first { prefix.dropFirst($0.offset).starts(with: Data($0.text.utf8)) }?.name
    }
}
