import Foundation

/// The picture formats that are read.
public enum ImageFormat: String, Codable, Sendable, CaseIterable {
    case jpeg
    case png

    /// Of image files' names, in lower case.
    public static let fileExtensions: Set<String> = ["jpg", "jpeg", "png"]

    /// Where the extension of an image's file begins in a name, at its dot; nil where there is none. Looks at the end
    /// alone, byte by byte: lines of lists may be of any length.
    static func fileExtension(of name: String) -> String.Index? {
        // The dot and the longest of them.
        guard let dot = name.utf8.suffix(5).lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let letters = name.utf8[name.utf8.index(after: dot)...]
        guard letters.allSatisfy({ $0 < 0x80 }) else { return nil }
        return fileExtensions.contains(String(decoding: letters, as: UTF8.self).lowercased()) ? dot : nil
    }

    /// Whether a file with this name is taken for an image: by its extension, and not hidden.
    public static func isImageFile(_ name: String) -> Bool {
        guard let dot = fileExtension(of: name) else { return false }
        return dot > name.startIndex && name.utf8.first != UInt8(ascii: ".")
    }

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
