import CImageCodecs
import Foundation

/// JPEG or PNG bytes to an upright RGB picture.
///
/// - The bytes are untrusted: the size is read from the header and held against `maximumPixels` before anything of
///   that size is allocated. A truncated or damaged file is refused, never half-decoded.
/// - EXIF orientation (1 to 8, of JPEG and PNG) is applied, as viewers do.
/// - Transparent PNG pixels are blended over white, 16-bit samples are scaled to 8 bits, CMYK and YCCK become RGB
///   without a profile. Gamma and ICC profiles are ignored. An animated PNG gives its default image, the first frame.
public struct ImageDecoder: Sendable {
    public static let defaultMaximumPixels = 40_000_000

    /// Largest accepted width times height.
    public let maximumPixels: Int

    public init(maximumPixels: Int = ImageDecoder.defaultMaximumPixels) {
        self.maximumPixels = maximumPixels
    }

    /// The whole picture, upright.
    public func decode(_ bytes: Data) throws(ImageError) -> RGBImage {
        let format = try ImageFormat.require(bytes)
        let header = try boundedHeader(of: bytes, format: format)
        let stored = try pixels(of: bytes, format: format, width: header.width, height: header.height)
        return Orientation(of: bytes, format: format).upright(stored)
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

    private func pixels(
        of bytes: Data, format: ImageFormat, width: Int, height: Int
    ) throws(ImageError) -> RGBImage {
        let decode = format == .jpeg ? codecs_jpeg_decode : codecs_png_decode
        let pixels = try Codec.read(bytes, format: format, count: width * height * 3) { source, count, target, report in
            decode(source, count, UInt32(width), UInt32(height), target, report)
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }
}
