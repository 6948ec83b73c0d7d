/// The colours that the feature similarity loss compares: a crop at the size of its class maps (docs/Method.md).
enum CellColours {
    /// Cells along a side of the map of a crop.
    static func side(crop: Int, stride: Int) -> Int { (crop + stride - 1) / stride }

    /// Averages a normalised crop over the cells of its class map, back in units of [0, 1]. A cell at the right or
    /// lower edge averages the pixels that it has; padding counts as the mean colour, which is what zero stands for.
    ///
    /// - Parameters:
    ///   - pixels: [3, crop, crop], normalised.
    ///   - target: [3, side, side] with `side(crop:stride:)`.
    static func average(
        _ pixels: UnsafePointer<Float>, crop: Int, stride cell: Int, normalisation: ModelDescription.Normalisation,
        into target: UnsafeMutablePointer<Float>
    ) {
        let side = side(crop: crop, stride: cell)
        for channel in 0..<3 {
            let (mean, deviation) = (normalisation.mean[channel], normalisation.deviation[channel])
            for row in 0..<side {
                let top = row * cell
                let height = min(cell, crop - top)
                for column in 0..<side {
                    let left = column * cell
                    let width = min(cell, crop - left)
                    var sum: Float = 0
                    for y in top..<top + height {
                        let line = pixels + (channel * crop + y) * crop + left
                        for x in 0..<width { sum += line[x] }
                    }
                    let value = (sum / Float(width * height) * deviation + mean) / 255
                    target[(channel * side + row) * side + column] = max(0, min(1, value))
                }
            }
        }
    }
}
