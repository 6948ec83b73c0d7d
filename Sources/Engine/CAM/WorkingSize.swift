/// The size at which the network sees a picture, and that of its class maps, at which refinement sees it.
///
/// Pictures of up to `maximumPixels` keep their size. Larger ones are shrunk to it, which bounds time and memory for
/// any upload and keeps objects at the scale that the networks are trained at; the finished logits are enlarged to
/// the picture's own size. What the network does is bounded by its cells, not by pixels: a side below a cell counts as
/// one, so that a picture of 1,000,000 x 1 costs what any other of the largest working size does.
struct WorkingSize: Equatable {
    /// 640 x 640, the largest picture of COCO.
    static let maximumPixels = 409_600
    /// Side of the cells that the network sees, in pixels: its output stride.
    private static let cell = 16

    let width: Int
    let height: Int

    /// Pixels a value of the class maps and of the posteriors, along each side.
    ///
    /// The network's cells are 16 pixels wide, and contours are judged within 0.8 % of the diagonal, 5 pixels at 500 x 375:
    /// refined at a third of the size, masks measured as good as at half and better than at the whole, in a fraction of
    /// the time (docs/Results.md).
    static let mapStride = 3

    /// Of the class maps; the last column and row may stand for less than `mapStride` pixels.
    var maps: MapSize {
        MapSize(
            height: (height + WorkingSize.mapStride - 1) / WorkingSize.mapStride,
            width: (width + WorkingSize.mapStride - 1) / WorkingSize.mapStride)
    }

    init(width: Int, height: Int) {
        let (shrunkWidth, shrunkHeight) = WorkingSize.shrunk(width, height)
        let longest = WorkingSize.maximumPixels / WorkingSize.cell
        if min(shrunkWidth, shrunkHeight) < WorkingSize.cell && max(shrunkWidth, shrunkHeight) > longest {
            let factor = Double(longest) / Double(max(width, height))
            self.width = width > height ? longest : max(1, Int(Double(width) * factor))
            self.height = width > height ? max(1, Int(Double(height) * factor)) : longest
        } else {
            self.width = shrunkWidth
            self.height = shrunkHeight
        }
    }

    /// To `maximumPixels`, in the picture's shape.
    private static func shrunk(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
        guard width * height > WorkingSize.maximumPixels else { return (width, height) }
        let factor = (Double(WorkingSize.maximumPixels) / (Double(width) * Double(height))).squareRoot()
        // A side that would vanish stays at one pixel; the other then takes the whole budget at most.
        let shrunkWidth = max(1, min(WorkingSize.maximumPixels, Int(Double(width) * factor)))
        return (shrunkWidth, max(1, min(WorkingSize.maximumPixels / shrunkWidth, Int(Double(height) * factor))))
    }

    /// A picture at this size.
    func image(_ image: RGBImage) -> RGBImage {
        if image.width == width && image.height == height { return image }
        return Resample.resized(image, toWidth: width, toHeight: height)
    }

    /// A picture at the size of its class maps.
    func guide(_ image: RGBImage) -> RGBImage {
        Resample.resized(image, toWidth: maps.width, toHeight: maps.height)
    }
}
