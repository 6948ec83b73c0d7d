/// What a user should know about an image that was accepted, or about its result: something is odd, nothing failed.
public struct Warning: Codable, Sendable, Hashable {
    /// What programs tell warnings apart by; the raw values are part of the API.
    public enum Code: String, Codable, Sendable, CaseIterable {
        /// Bytes that belong to no part of the file stand between its parts.
        case strayBytes = "stray_bytes"
        /// A field of the file has a value that its format forbids, and that decoders ignore.
        case oddHeader = "odd_header"
        /// A part of the file stands where its format forbids it, twice, or is longer than it can be; it was not read.
        case misplacedPart = "misplaced_part"
        /// More pixel data than the image has pixels.
        case extraData = "extra_data"
        /// A 16-bit image whose brightest value is below a sixteenth of the range: it is seen as black.
        case nearlyBlack = "nearly_black"
        /// A given class has no pixel in the mask.
        case labelFoundNothing = "label_found_nothing"
    }

    public let code: Code
    /// A sentence for people, with the figures or the name of the class.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
