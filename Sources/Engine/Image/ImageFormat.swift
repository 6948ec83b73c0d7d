import Foundation

/// The picture formats that are read.
public enum ImageFormat: String, Codable, Sendable, CaseIterable {
    case jpeg
    case png

    /// Of image files' names, in lower case.
    public static let fileExtensions: Set<String> = ["jpg", "jpeg", "png"]

    /// The format that the first bytes tell; file names and media types are not looked at.
    public static func sniff(_ bytes: Data) -> ImageFormat? {
        allCases.first { bytes.starts(with: $0.signature) }
    }

    /// As `sniff`, with an error that says what was found instead.
    static func require(_ bytes: Data) throws(ImageError) -> ImageFormat {
        if bytes.isEmpty { throw .empty }
        guard let format = sniff(bytes) else {
            throw .notAnImage(foundPrefix: Data(bytes.prefix(ImageError.prefixLength)))
        }
        return format
    }

    public var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        }
    }

    /// The name for people.
    public var name: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        }
    }

    /// JPEG: start-of-image marker and the first byte of the next one.
    var signature: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }
}
