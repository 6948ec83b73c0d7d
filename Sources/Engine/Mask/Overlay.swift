/// A mask laid over its picture, for people to look at.
///
/// The background is dimmed a little, class pixels are tinted with their VOC colour, and, where outlines are wanted,
/// each class's border is drawn inside it as a bright line with a dark one within, so that it shows on any image.
/// Ignored pixels are tinted without a line.
public enum Overlay {
    /// Raised whenever the same image, mask and size are drawn otherwise than before.
    public static let revision = 1

    /// Brightness that background pixels keep.
    private static let backgroundBrightness: Float = 0.7
    /// Share of the class colour in a class pixel.
    private static let tint: Float = 0.5
    /// Share of white in the border's bright line, the rest is the class colour.
    private static let borderWhite: Float = 0.65
    /// Brightness that the tinted pixels under the dark line keep.
    private static let innerBrightness: Float = 0.55
    /// The lines are one pixel wide up to this length of the shorter side, two up to twice that, and so on.
    private static let sideAPixelOfLine = 600

    /// As the other, at another size: both are resized first, so that drawing costs what the overlay's size costs, and
    /// lines are as wide in a thumbnail as in a large overlay.
    public static func render(image: RGBImage, mask: IndexMask, size: OverlaySize, outline: Bool = true) -> RGBImage {
        if image.width == size.width && image.height == size.height {
            return render(image: image, mask: mask, outline: outline)
        }
        return render(
            image: Resample.resized(image, toWidth: size.width, toHeight: size.height),
            mask: mask.nearest(toWidth: size.width, toHeight: size.height), outline: outline)
    }

    /// - Parameter outline: whether borders are drawn; else classes are tinted alone.
    /// - Precondition: image and mask have the same size.
    public static func render(image: RGBImage, mask: IndexMask, outline: Bool = true) -> RGBImage {
        precondition(image.width == mask.width && image.height == mask.height)
        let (width, height) = (image.width, image.height)
        let line = (min(width, height) + sideAPixelOfLine - 1) / sideAPixelOfLine
        let dim = table { $0 * backgroundBrightness }
        var looks: [UInt16: Look] = [:]

        var result = image
        mask.indices.withUnsafeBufferPointer { indices in
            result.pixels.withUnsafeMutableBufferPointer { pixels in
                for y in 0..<height {
                    for x in 0..<width {
                        let at = y * width + x
                        let index = indices[at]
                        if index == IndexMask.background {
                            for c in 0..<3 { pixels[3 * at + c] = dim[Int(pixels[3 * at + c])] }
                            continue
                        }
                        let look = looks[index] ?? Look(index)
                        looks[index] = look
                        // Distance to the border in lines: 0 the bright one, 1 the dark one, 2 inside.
                        let depth: Int
                        if !outline || index == IndexMask.ignore {
                            depth = 2
                        } else if touchesBorder(indices, x, y, width, height, reach: line) {
                            depth = 0
                        } else {
                            depth = touchesBorder(indices, x, y, width, height, reach: 2 * line) ? 1 : 2
                        }
                        look.paint(depth: depth, at: 3 * at, in: pixels)
                    }
                }
            }
        }
        return result
    }

    /// Whether another index lies within `reach` to one of the four sides. The picture's own edge is no border.
    private static func touchesBorder(
        _ indices: UnsafeBufferPointer<UInt16>, _ x: Int, _ y: Int, _ width: Int, _ height: Int, reach: Int
    ) -> Bool {
        let at = y * width + x
        let index = indices[at]
        for step in 1...reach {
            if x >= step, indices[at - step] != index { return true }
            if x + step < width, indices[at + step] != index { return true }
            if y >= step, indices[at - step * width] != index { return true }
            if y + step < height, indices[at + step * width] != index { return true }
        }
        return false
    }

    private static func table(_ map: (Float) -> Float) -> [UInt8] {
        (0...255).map { UInt8((map(Float($0))).rounded()) }
    }

    /// How the pixels of one index are painted: a table of 256 values for each channel, inside and on the dark line,
    /// and one colour for the bright line.
    private struct Look {
        let bright: SIMD3<UInt8>
        let dark: [[UInt8]]
        let inside: [[UInt8]]

        init(_ index: UInt16) {
            let color = VOCPalette.color(of: index == IndexMask.ignore ? 255 : Int(index))
            let channels = (0..<3).map { Float(color[$0]) }
            let light = channels.map { UInt8(($0 + (255 - $0) * borderWhite).rounded()) }
            bright = SIMD3(light[0], light[1], light[2])
            inside = channels.map { channel in table { $0 + (channel - $0) * tint } }
            dark = channels.map { channel in table { ($0 + (channel - $0) * tint) * innerBrightness } }
        }

        func paint(depth: Int, at offset: Int, in pixels: UnsafeMutableBufferPointer<UInt8>) {
            for c in 0..<3 {
                let value = Int(pixels[offset + c])
                pixels[offset + c] = depth == 0 ? bright[c] : depth == 1 ? dark[c][value] : inside[c][value]
            }
        }
    }
}
