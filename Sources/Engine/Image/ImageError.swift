import Foundation

/// Why bytes did not become a picture. Every case is the sender's to mend; `description` is a full sentence.
public enum ImageError: Error, Equatable, Sendable, Codable {
    /// No bytes at all.
    case empty
    /// None of the formats that are read; `foundPrefix` holds the first bytes, twelve at most.
    case notAnImage(foundPrefix: Data)
    /// The header tells of more pixels than the decoder's limit. Nothing of that size was allocated.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// Truncated or damaged; `reason` is the codec library's.
    case corrupt(ImageFormat, reason: String)
    /// A legal file of a kind that is not decoded, such as a 12-bit JPEG.
    case unsupported(ImageFormat, reason: String)
    /// A legal file with a side that the codec library does not take.
    case sideTooLong(ImageFormat, reason: String)

    static let prefixLength = 12
}

extension ImageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty:
            "The image is empty; send the bytes of a \(ImageFormat.names) file."
        case .notAnImage(let prefix):
            "The image is neither \(ImageFormat.namesRefused): \(Self.describe(prefix))"
        case .tooManyPixels(let width, let height, let limit):
            "The image has \(width) x \(height) pixels; the limit is \(limit) pixels. Send a smaller one."
        case .corrupt(let format, let reason):
            "The \(format.name) file is damaged or incomplete: \(reason)."
        case .unsupported(let format, let reason):
            "This kind of \(format.name) file is not supported: \(reason)."
        case .sideTooLong(let format, let reason):
            "The \(format.name) file is too large: \(reason). Send a smaller one."
        }
    }

    private static func describe(_ prefix: Data) -> String {
        let bytes = prefix.map { String(format: "%02x", $0) }.joined(separator: " ")
        let accepted = "Accepted are \(ImageFormat.namesAccepted)."
        guard let format = RefusedFormat.of(prefix: prefix) else {
            return "it begins with the bytes \(bytes). \(accepted)"
        }
        return "it looks like \(format.name) (first bytes \(bytes)). \(accepted) \(format.advice)"
    }
}
