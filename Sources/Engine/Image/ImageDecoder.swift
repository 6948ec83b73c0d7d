import Foundation

/// The bytes of any `ImageFormat` to an upright RGB picture.
///
/// - The bytes are untrusted: the size is read from the header and held against `maximumPixels` before anything of
///   that size is allocated. A truncated or damaged file is refused, never half-decoded.
/// - Orientation (EXIF's 1 to 8, else XMP's) is applied, as viewers do.
/// - Transparent pixels are blended over white, 16-bit samples are scaled to 8 bits, CMYK and YCCK become RGB without a
///   profile. Gamma and ICC profiles are ignored. An animated PNG gives its default image, an animated WebP its first
///   frame.
/// - What is odd about a file and takes nothing from its pixels is accepted, and told.
public struct ImageDecoder: Sendable {
    public static let defaultMaximumPixels = 40_000_000

    /// Largest accepted width times height.
    public let maximumPixels: Int

    public init(maximumPixels: Int = ImageDecoder.defaultMaximumPixels) {
        self.maximumPixels = maximumPixels
    }

    /// The whole picture, upright.
    public func decode(_ bytes: Data) throws(ImageError) -> RGBImage { try decodeTelling(bytes).image }

    /// The whole picture, upright, and what is odd about its file.
    public func decodeTelling(_ bytes: Data) throws(ImageError) -> DecodedImage {
        let format = try ImageFormat.require(bytes)
        let header = try boundedHeader(of: bytes, format: format)
        let (width, height) = (header.width, header.height)
        let decode = format.traits.decode
        let content = try Codec.read(
            bytes, format: format, count: width * height * 3
        ) { source, count, target, report in
            decode(source, count, UInt32(width), UInt32(height), target, report)
        }
        let stored = RGBImage(width: width, height: height, pixels: content.samples)
        return DecodedImage(
            image: Orientation(of: bytes, format: format).upright(stored), warnings: content.warnings)
    }

    /// Width and height of the picture that `decode` would return, from the header alone; held against the limit too.
    public func dimensions(of bytes: Data) throws(ImageError) -> (width: Int, height: Int) {
        let format = try ImageFormat.require(bytes)
        let header = try boundedHeader(of: bytes, format: format)
        let swaps = Orientation(of: bytes, format: format).swapsSides
        return swaps ? (header.height, header.width) : (header.width, header.height)
    }

    private func boundedHeader(of bytes: Data, format: ImageFormat) throws(ImageError) -> Codec.Header {
        let header = try Codec.header(of: bytes, format: format)
        try header.requireAtMost(maximumPixels)
        return header
    }
}
