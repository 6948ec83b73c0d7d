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

    // MARK: - File names

    /// Of image files' names, in lower case.
    public static let fileExtensions = Set(allCases.flatMap(\.traits.fileExtensions))
    private static let longestExtension = fileExtensions.map(\.utf8.count).max() ?? 0

    /// Where the extension of an image's file begins in a name, at its dot; nil where there is none. Looks at the end
    /// alone, byte by byte: lines of lists may be of any length.
    static func fileExtension(of name: String) -> String.Index? {
        guard let dot = name.utf8.suffix(1 + longestExtension).lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let letters = name.utf8[name.utf8.index(after: dot)...]
        guard letters.allSatisfy({ $0 < 0x80 }) else { return nil }
        return fileExtensions.contains(String(decoding: letters, as: UTF8.self).lowercased()) ? dot : nil
    }

    /// Whether a file with this name is taken for an image: by its extension, and not hidden.
    public static func isImageFile(_ name: String) -> Bool {
        guard let dot = fileExtension(of: name) else { return false }
        return dot > name.startIndex && name.utf8.first != UInt8(ascii: ".")
    }
}
