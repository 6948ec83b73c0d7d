/// An image, and what is odd about its file.
public struct DecodedImage: Sendable, Equatable {
    public let image: RGBImage
    /// None for nearly all files; in a fixed order, each code at most a few times.
    public let warnings: [Warning]

    public init(image: RGBImage, warnings: [Warning]) {
        self.image = image
        self.warnings = warnings
    }
}
