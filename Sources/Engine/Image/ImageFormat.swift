import Foundation

/// The image formats that are read. What there is to know about one is its `traits`; every message, list of
/// extensions and media type is derived from there.
public enum ImageFormat: String, Codable, Sendable, CaseIterable {
    case jpeg
    case png
    case webp

    var traits: ImageFormatTraits {
        switch self {
        case .jpeg: .jpeg
        case .png: .png
        case .webp: .webp
        }
    }

    /// The name for people.
    public var name: String { traits.name }

    /// As answers and the store call it.
    public var mediaType: String { traits.mediaTypes[0] }

    /// The format that the first bytes tell; file names and media types are not looked at.
    public static func sniff(_ bytes: Data) -> ImageFormat? {
        allCases.first { $0.traits.begins(bytes) }
    }

    /// As `sniff`, with an error that says what was found instead.
    static func require(_ bytes: Data) throws(ImageError) -> ImageFormat {
        if bytes.isEmpty { throw .empty }
        guard let format = sniff(bytes) else {
            throw .notAnImage(foundPrefix: Data(bytes.prefix(ImageError.prefixLength)))
        }
        return format
    }
}
