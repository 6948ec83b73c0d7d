/// The size at which network and refinement see a picture.
///
/// Pictures of up to `maximumPixels` keep their size. Larger ones are shrunk to it, which bounds time and memory for
/// any upload and keeps objects at the scale that the networks are trained at; the finished posteriors are enlarged to
/// the picture's own size.
struct WorkingSize: Equatable {
    /// 640 x 640, the largest picture of COCO.
    static let maximumPixels = 409_600

    let width: Int
    let height: Int

    init(width: Int, height: Int) {
        guard width * height > WorkingSize.maximumPixels else {
            self.width = width
            self.height = height
            return
        }
        let factor = (Double(WorkingSize.maximumPixels) / (Double(width) * Double(height))).squareRoot()
        // A side that would vanish stays at one pixel; the other then takes the whole budget at most.
        let shrunkWidth = max(1, min(WorkingSize.maximumPixels, Int(Double(width) * factor)))
        self.width = shrunkWidth
        self.height = max(1, min(WorkingSize.maximumPixels / shrunkWidth, Int(Double(height) * factor)))
    }

    func image(_ image: RGBImage) -> RGBImage {
        if image.width == width && image.height == height { return image }
        return Resample.resized(image, toWidth: width, toHeight: height)
    }
}
