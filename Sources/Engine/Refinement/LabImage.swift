import Foundation

/// A picture in CIELAB, in which equal distances look about equally different: a pixel's three bytes are L*, 128 + 2 a*
/// and 128 + 2 b*, rounded and limited to 0...255.
///
/// Differences in a* and b* count double: light and shadow on one object change L* most (docs/Results.md).
struct LabImage {
    /// Lab in the place of RGB.
    let image: RGBImage

    /// - Parameter picture: sRGB, white point D65.
    init(_ picture: RGBImage) {
        var bytes = picture.pixels
        bytes.withUnsafeMutableBufferPointer { bytes in
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let red = linear[Int(bytes[start])]
                let green = linear[Int(bytes[start + 1])]
                let blue = linear[Int(bytes[start + 2])]
                // Relative to the white point.
                let x = lightness((0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47)
                let y = lightness(0.212_672_9 * red + 0.715_152_2 * green + 0.072_175_0 * blue)
                let z = lightness((0.019_333_9 * red + 0.119_192_0 * green + 0.950_304_1 * blue) / 1.088_83)
                bytes[start] = byte(116 * y - 16)
                bytes[start + 1] = byte(128 + 2 * 500 * (x - y))
                bytes[start + 2] = byte(128 + 2 * 200 * (y - z))
            }
        }
        image = RGBImage(width: picture.width, height: picture.height, pixels: bytes)
    }
}

/// Of each sRGB byte, in [0, 1] (IEC 61966-2-1).
private let linear: [Float] = (0..<256).map { byte in
    let value = Float(byte) / 255
    return value <= 0.040_45 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
}

/// CIE 15: the cube root, linear near zero.
private func lightness(_ t: Float) -> Float { t > 216 / 24_389 ? cbrt(t) : (24_389 / 27 * t + 16) / 116 }

private func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, value.rounded()))) }
