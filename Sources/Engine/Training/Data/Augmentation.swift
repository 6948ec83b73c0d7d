/// How training sees a picture: resized to a random long side, a random square of it, mirrored or not, in changed
/// colours (docs/Method.md; the reference's `RandomResizeLong`, `RandomCrop`, flip and `ColorJitter`).
public struct Augmentation: Sendable, Equatable {
    /// Side of the square, in pixels.
    public let crop: Int
    /// Of the resized picture, in pixels; every whole number is as likely.
    public let longSide: ClosedRange<Int>
    /// Probability of mirroring left to right.
    public let flip: Float
    public let jitter: ColourJitter

    /// - Precondition: `crop` and the long sides are positive, `flip` is within 0...1.
    public init(crop: Int, longSide: ClosedRange<Int>, flip: Float = 0.5, jitter: ColourJitter = ColourJitter()) {
        precondition(crop > 0 && longSide.lowerBound > 0 && (0...1).contains(flip))
        self.crop = crop
        self.longSide = longSide
        self.flip = flip
        self.jitter = jitter
    }

    /// Buffers of one thread, grown as needed.
    struct Workspace {
        fileprivate var picture = FloatBuffer(count: 0)
        fileprivate var line = FloatBuffer(count: 0)
    }

    /// One training example. Only what the crop shows is resized (antialiased bilinear).
    ///
    /// - Parameters:
    ///   - target: [3, crop, crop], planes R, G, B: (value - mean) / deviation. Where the picture does not reach: 0,
    ///     the mean colour.
    ///   - random: the example's own stream; what is drawn depends on the picture's size alone.
    /// - Returns: where the crop lies in the picture.
    @discardableResult
    func apply(
        to image: RGBImage, random: inout RandomStream, normalisation: ModelDescription.Normalisation,
        into target: UnsafeMutablePointer<Float>, workspace: inout Workspace
    ) -> CropPlacement {
        let placement = CropPlacement(width: image.width, height: image.height, self, &random)
        let steps = jitter.steps(&random)
        let shown = MapSize(height: placement.rows.count, width: placement.columns.count)
        if workspace.picture.count < 3 * shown.count { workspace.picture = FloatBuffer(count: 3 * shown.count) }
        let picture = workspace.picture.pointer
        CropResample.planar(
            image, to: placement.size, rows: placement.rows, columns: placement.columns, into: picture,
            line: &workspace.line)
        for step in steps { step.apply(to: picture, count: shown.count) }

        if shown.count < crop * crop { target.update(repeating: 0, count: 3 * crop * crop) }
        for channel in 0..<3 {
            let scale = 255 / normalisation.deviation[channel]
            let offset = -normalisation.mean[channel] / normalisation.deviation[channel]
            for y in 0..<shown.height {
                let from = picture + (channel * shown.height + y) * shown.width
                let row = target + (channel * crop + placement.top + y) * crop
                if placement.isMirrored {
                    let last = row + (crop - 1 - placement.left)
                    for x in 0..<shown.width { last[-x] = from[x] * scale + offset }
                } else {
                    let first = row + placement.left
                    for x in 0..<shown.width { first[x] = from[x] * scale + offset }
                }
            }
        }
        return placement
    }
}
