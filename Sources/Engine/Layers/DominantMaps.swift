/// What SEAM's pixel correlation carries between cells: at each cell the background's map and that of the strongest
/// class. A constant of the losses, without a backward.
enum DominantMaps {
    /// Class maps are relu(relu(z) - e) / (max relu(z) + e), e = 1e-5; the background is 1 - max_c; then every class
    /// below the cell's largest is set to zero.
    /// - Parameters:
    ///   - logits: z, [classes, cells]
    ///   - maps: background first, [1 + classes, cells]
    static func forward(
        logits: UnsafePointer<Float>, classes: Int, cells: Int, into maps: UnsafeMutablePointer<Float>
    ) {
        let epsilon: Float = 1e-5
        let targets = maps + cells
        for index in 0..<classes {
            let (source, target) = (logits + index * cells, targets + index * cells)
            var highest: Float = 0
            for cell in 0..<cells { highest = max(highest, source[cell]) }
            let scale = 1 / (highest + epsilon)
            for cell in 0..<cells { target[cell] = max(0, source[cell] - epsilon) * scale }
        }
        keepLargest(targets, channels: classes, cells: cells, background: maps)
    }

    /// Sets to zero what is below the cell's largest value.
    /// - Parameters:
    ///   - maps: at least 0, [channels, cells]
    ///   - background: if given, 1 - the largest value is written there, [cells].
    static func keepLargest(
        _ maps: UnsafeMutablePointer<Float>, channels: Int, cells: Int,
        background: UnsafeMutablePointer<Float>? = nil
    ) {
        for cell in 0..<cells {
            var largest: Float = 0
            for channel in 0..<channels { largest = max(largest, maps[channel * cells + cell]) }
            background?[cell] = 1 - largest
            for channel in 0..<channels where maps[channel * cells + cell] < largest {
                maps[channel * cells + cell] = 0
            }
        }
    }
}
