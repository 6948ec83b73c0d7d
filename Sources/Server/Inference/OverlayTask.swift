import Engine
import Foundation

/// A mask to be drawn over its image.
public struct OverlayTask: Sendable {
    /// As the store has it: it was decoded once, but is from outside.
    public let image: Data
    /// As the store has it.
    public let maskPNG: Data
    /// Pixels; see `OverlaySize`.
    public let width: Int?
    /// Whether the borders of classes are drawn; see `Overlay`.
    public let outline: Bool
    /// As of `PictureTask`.
    public let isolated: Bool

    public init(image: Data, maskPNG: Data, width: Int?, outline: Bool, isolated: Bool = false) {
        self.image = image
        self.maskPNG = maskPNG
        self.width = width
        self.outline = outline
        self.isolated = isolated
    }

    /// Draws it, in this process.
    /// - Returns: a PNG.
    /// - Throws: `ImageError`.
    func draw() throws(ImageError) -> Data {
        // The service wrote it, of whatever size was accepted on that day.
        let mask = try VOCPNG.decode(maskPNG, maximumPixels: .max)
        let image = try ImageDecoder(maximumPixels: mask.width * mask.height).decode(image)
        guard image.width == mask.width, image.height == mask.height else {
            throw .corrupt(
                .png,
                reason: "the mask has \(mask.width) x \(mask.height) pixels, its image \(image.width) x \(image.height)"
            )
        }
        let size = OverlaySize(imageWidth: image.width, imageHeight: image.height, width: width)
        return PNGEncoder.rgb(Overlay.render(image: image, mask: mask, size: size, outline: outline))
    }
}
