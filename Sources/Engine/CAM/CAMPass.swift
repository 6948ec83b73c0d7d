/// One run of the network over a picture: at one scale, as it is or mirrored.
struct CAMPass: Equatable {
    let scale: Double
    let flipped: Bool
    /// Of the network's input.
    let size: MapSize

    /// All passes, the most expensive first so that threads which take them one by one end together.
    static func plan(width: Int, height: Int, scales: [Double], flip: Bool) -> [CAMPass] {
        scales.sorted(by: >).flatMap { scale in
            let size = MapSize(
                height: max(1, Int((Double(height) * scale).rounded())),
                width: max(1, Int((Double(width) * scale).rounded())))
            return (flip ? [false, true] : [false]).map { CAMPass(scale: scale, flipped: $0, size: size) }
        }
    }
}

/// What one pass gave.
struct PassLogits: Sendable {
    let pass: CAMPass
    let size: MapSize
    /// [classes, size.height, size.width], before pooling; mirrored where the pass was.
    let logits: [Float]

    func map(of classIndex: Int) -> ArraySlice<Float> {
        logits[classIndex * size.count..<(classIndex + 1) * size.count]
    }
}
