/// Where a crop and a resized picture lie on each other, along both axes.
struct CropPlacement: Equatable {
    /// Of the whole resized picture.
    let size: MapSize
    /// The part of the resized picture that the crop shows.
    let rows: Range<Int>
    let columns: Range<Int>
    /// Where that part begins in the crop, before mirroring.
    let top: Int
    let left: Int
    /// Whether the crop, padding and all, is mirrored left to right.
    let isMirrored: Bool

    /// Draws the long side, the offsets and the mirroring, in this order: a picture larger than the crop is cut at a
    /// random place, a smaller one lies at a random place in it.
    init(width: Int, height: Int, _ augmentation: Augmentation, _ random: inout RandomStream) {
        let choices = augmentation.longSide.count
        let longSide = augmentation.longSide.lowerBound + random.index(below: choices)
        let scale = Double(longSide) / Double(max(width, height))
        size = MapSize(
            height: max(1, Int((Double(height) * scale).rounded())),
            width: max(1, Int((Double(width) * scale).rounded())))
        (rows, top) = CropPlacement.axis(size.height, crop: augmentation.crop, &random)
        (columns, left) = CropPlacement.axis(size.width, crop: augmentation.crop, &random)
        isMirrored = random.unit() < augmentation.flip
    }

    private static func axis(_ length: Int, crop: Int, _ random: inout RandomStream) -> (Range<Int>, Int) {
        let offset = random.index(below: abs(length - crop) + 1)
        return length > crop ? (offset..<offset + crop, 0) : (0..<length, offset)
    }
}
