import Foundation

/// A small photograph of a cat, 112 x 75 pixels, as every kind of file.
public enum Picture: String, CaseIterable, Sendable {
    case jpeg = "cat.jpg"
    case png = "cat.png"
    /// The pixels of the PNG.
    case webp = "cat.webp"

    public static let width = 112
    public static let height = 75

    public static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    public var path: String { Picture.repository.appendingPathComponent("Tests/Fixtures/\(rawValue)").path }
    public var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .webp: "image/webp"
        }
    }

    public var bytes: Data {
        get throws { try Data(contentsOf: URL(fileURLWithPath: path)) }
    }

    /// The same pixels in another file: the JPEG with a comment of up to 65533 bytes.
    public static func jpeg(comment: String) throws -> Data {
        let length = comment.utf8.count + 2
        var bytes = try Picture.jpeg.bytes
        bytes.insert(
            contentsOf: [0xff, 0xfe, UInt8(length >> 8), UInt8(length & 0xff)] + Array(comment.utf8),
            at: bytes.startIndex + 2)
        return bytes
    }

    /// A PNG's header, chunk sums right, that claims 30000 x 30000 pixels; of the pixels only a few bytes follow.
    public static let enormousPNG = Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwCAIAAADpRW/tAAAAKElEQVR4nO3BAQ0AAADCoPdPbQ8HFAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAQltxlQAAAABJRU5ErkJggg==") ?? Data()
}
