import CImageCodecs
import Foundation

/// Pixels to PNG bytes.
public enum PNGEncoder {
    /// zlib levels. Masks shrink to a few kilobytes in a millisecond. Photographs hardly shrink more at higher levels,
    /// which take two to three times as long.
    private static let maskCompression: Int32 = 5
    private static let photographCompression: Int32 = 2

    /// 8-bit RGB.
    public static func rgb(_ image: RGBImage) -> Data {
        image.pixels.withUnsafeBytes {
            encode(codecs_rgb8, width: image.width, height: image.height, pixels: $0, palette: [])
        }
    }

    /// 8-bit indexed: one byte a pixel, row-major.
    ///
    /// - Parameter palette: R, G, B of each index, in order; 1 to 256 colours.
    /// - Precondition: every index is inside the palette and `indices.count == width * height`.
    public static func indexed(width: Int, height: Int, indices: [UInt8], palette: [SIMD3<UInt8>]) -> Data {
        precondition(indices.count == width * height && (1...256).contains(palette.count))
        return indices.withUnsafeBytes {
            encode(
                codecs_indexed8, width: width, height: height, pixels: $0,
                palette: palette.flatMap { [$0.x, $0.y, $0.z] })
        }
    }

    /// 16-bit gray: one value a pixel, row-major.
    ///
    /// - Precondition: `values.count == width * height`.
    public static func gray16(width: Int, height: Int, values: [UInt16]) -> Data {
        precondition(values.count == width * height)
        return values.withUnsafeBytes {
            encode(codecs_gray16, width: width, height: height, pixels: $0, palette: [])
        }
    }

    private static func encode(
        _ layout: codecs_layout, width: Int, height: Int, pixels: UnsafeRawBufferPointer, palette: [UInt8]
    ) -> Data {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var report = codecs_report()
        palette.withUnsafeBufferPointer { palette in
            var picture = codecs_picture(
                layout: layout, width: UInt32(width), height: UInt32(height), pixels: pixels.baseAddress,
                palette: palette.baseAddress, palette_count: Int32(palette.count / 3),
                compression_level: layout == codecs_rgb8 ? photographCompression : maskCompression)
            _ = codecs_png_encode(&picture, &bytes, &count, &report)
        }
        // libpng fails on our own, already checked pixels only without memory, where Swift stops as well.
        guard let bytes else {
            preconditionFailure(withUnsafeBytes(of: report.message) { String(decoding: $0, as: UTF8.self) })
        }
        return Data(bytesNoCopy: bytes, count: count, deallocator: .free)
    }
}
