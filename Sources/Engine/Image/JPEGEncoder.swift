import CImageCodecs
import Foundation

/// Pictures for people to look at, in few bytes.
public enum JPEGEncoder {
    /// libjpeg's largest side.
    static let maximumSide = 65_500

    /// Baseline, colours at half the resolution.
    /// - Parameter quality: 1 to 100, libjpeg's measure.
    /// - Precondition: no side is over 65500 pixels.
    public static func encode(_ image: RGBImage, quality: Int) -> Data {
        precondition(max(image.width, image.height) <= maximumSide && (1...100).contains(quality))
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var report = codecs_report()
        _ = image.pixels.withUnsafeBufferPointer {
            codecs_jpeg_encode(
                $0.baseAddress, UInt32(image.width), UInt32(image.height), Int32(quality), &bytes, &count, &report)
        }
        // libjpeg fails on our own, already checked pixels only without memory, where Swift stops as well.
        guard let bytes else {
            preconditionFailure(withUnsafeBytes(of: report.message) { String(decoding: $0, as: UTF8.self) })
        }
        return Data(bytesNoCopy: bytes, count: count, deallocator: .free)
    }
}
