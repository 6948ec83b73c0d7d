import Foundation

/// What the colour of a pixel says about its class, learnt from the class's pixels in the same picture: the colour model of
/// GrabCut (Rother, Kolmogorov, Blake, 2004) as one histogram a class, with the posteriors as weights.
struct ColourEvidence {
    /// Cells of the histogram: 12.5 of L*, 4 of a* and b* wide.
    private static let cells = 8 * 32 * 32
    /// Pixels of the picture for each pixel's worth of doubt: a colour that hardly occurs says little.
    private static let pixelsADoubt = 256

    /// The cell of each pixel.
    private let cells: [UInt16]

    init(_ picture: LabImage) {
        let bytes = picture.image.pixels
        cells = (0..<bytes.count / 3).map { pixel in
            let (l, a, b) = (bytes[3 * pixel], bytes[3 * pixel + 1], bytes[3 * pixel + 2])
            // L* is at most 100, which is in the last row.
            let row = min(UInt16(l) * 2 / 25, 7)
            return row << 10 | UInt16(a >> 3) << 5 | UInt16(b >> 3)
        }
    }

    /// For each class by itself log (P(class | colour) / P(other | colour)) - log (P(class) / P(other)), in the picture.
    ///
    /// - Parameter logits: of the posteriors, as large as the picture.
    /// - Returns: maps of the same classes and size.
    func logits(of logits: ClassMaps) -> ClassMaps {
        precondition(logits.width * logits.height == cells.count)
        var evidence = logits
        evidence.values.withUnsafeMutableBufferPointer { values in
            // Never 0 nor 1, so that all that is divided by is over 0.
            Logistic.replaceByPosteriors(values)
            for position in logits.classes.indices {
                replaceByEvidence(UnsafeMutableBufferPointer(rebasing: values[logits.range(ofMap: position)]))
            }
        }
        return evidence
    }

    private func replaceByEvidence(_ posteriors: UnsafeMutableBufferPointer<Float>) {
        var inside = [Float](repeating: 0, count: Self.cells)
        var outside = inside
        for (pixel, cell) in cells.enumerated() {
            inside[Int(cell)] += posteriors[pixel]
            outside[Int(cell)] += 1 - posteriors[pixel]
        }
        let (classes, others) = (inside.reduce(0, +), outside.reduce(0, +))
        // As if this many pixels more of each colour had been seen, of the class as often as anywhere in the picture.
        let doubt = Float(cells.count) / Float(Self.pixelsADoubt)
        let (share, rest) = (classes / (classes + others), others / (classes + others))
        let odds = inside.indices.map { cell in
            log((inside[cell] + doubt * share) * rest / ((outside[cell] + doubt * rest) * share))
        }
        for (pixel, cell) in cells.enumerated() { posteriors[pixel] = odds[Int(cell)] }
    }
}
