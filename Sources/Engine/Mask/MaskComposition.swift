import Foundation

/// One mask of all classes, and each class's own.
public struct MaskComposition: Sendable {
    /// At each pixel the class with the highest logit, background where none is over 0.
    public private(set) var mask: IndexMask
    /// In the order of the logits' classes. Classes may overlap here.
    public private(set) var classes: [ClassMask] = []

    public struct ClassMask: Sendable {
        public let classIndex: Int
        /// Where the class's own logit is over 0, its posterior over 0.5, whatever the other classes say.
        public let pixels: BinaryMask
        /// Mean posterior inside `pixels`, nil when it is empty.
        public let meanPosterior: Float?
    }

    /// Enlarges the logits to the picture's size where they are smaller (bilinear) and combines the classes.
    ///
    /// One class is enlarged at a time, so memory does not grow with the number of classes times pixels.
    /// - Parameters:
    ///   - logits: of the classes' posteriors.
    ///   - certainty: as `LabelingOptions.certainty`; the classes' own masks don't depend on it.
    ///   - smallest: components of fewer pixels count as if their class were not there; 1 keeps all.
    public init(_ logits: ClassMaps, width: Int, height: Int, certainty: Float? = nil, smallest: Int = 1) {
        mask = IndexMask(width: width, height: height, indices: [UInt16](repeating: 0, count: width * height))
        var best = [Float](repeating: -.infinity, count: width * height)
        for (position, classIndex) in logits.classes.enumerated() {
            var plane = logits.enlarged(mapAt: position, toWidth: width, height: height)
            var bits = [UInt8](repeating: 0, count: width * height)
            for pixel in bits.indices where plane[pixel] > 0 { bits[pixel] = 1 }
            if smallest > 1 {
                let own = BinaryMask(width: width, height: height, bits: bits)
                for pixel in ConnectedComponents.small(of: own, minimumArea: smallest).joined() {
                    bits[pixel] = 0
                    plane[pixel] = -.infinity
                }
            }
            for pixel in bits.indices {
                if plane[pixel] > best[pixel] {
                    best[pixel] = plane[pixel]
                    if plane[pixel] > 0 { mask.indices[pixel] = UInt16(classIndex + 1) }
                }
            }
            plane.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
            var area = 0
            var sum = 0.0
            for pixel in bits.indices where bits[pixel] != 0 {
                area += 1
                sum += Double(plane[pixel])
            }
            classes.append(
                ClassMask(
                    classIndex: classIndex, pixels: BinaryMask(width: width, height: height, bits: bits),
                    meanPosterior: area == 0 ? nil : Float(sum / Double(area))))
        }
        if smallest > 1 { dropLeftovers(smallest) }
        guard let certainty else { return }
        let margin = log(certainty / (1 - certainty))
        for pixel in best.indices where abs(best[pixel]) < margin { mask.indices[pixel] = IndexMask.ignore }
    }

    /// What is left of a class between stronger ones may be small although its own components are not: it becomes
    /// background.
    private mutating func dropLeftovers(_ smallest: Int) {
        for entry in classes {
            let seen = mask.pixels(of: UInt16(entry.classIndex + 1))
            for pixel in ConnectedComponents.small(of: seen, minimumArea: smallest).joined() {
                mask.indices[pixel] = IndexMask.background
            }
        }
    }
}
