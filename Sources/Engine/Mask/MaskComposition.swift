/// One mask of all classes, and each class's own.
public struct MaskComposition: Sendable {
    /// At each pixel the class with the highest posterior, background where none reaches 0.5.
    public private(set) var mask: IndexMask
    /// In the order of the posteriors' classes. Classes may overlap here.
    public private(set) var classes: [ClassMask] = []

    public struct ClassMask: Sendable {
        public let classIndex: Int
        /// Where the class's own posterior is over 0.5, whatever the other classes say.
        public let pixels: BinaryMask
        /// Mean posterior inside `pixels`, nil when it is empty.
        public let meanPosterior: Float?
    }

    /// Enlarges the posteriors to the picture's size where they are smaller (bilinear) and combines the classes.
    ///
    /// One class is enlarged at a time, so memory does not grow with the number of classes times pixels.
    public init(_ posteriors: ClassMaps, width: Int, height: Int) {
        mask = IndexMask(width: width, height: height, indices: [UInt16](repeating: 0, count: width * height))
        var best = [Float](repeating: 0.5, count: width * height)
        for (position, classIndex) in posteriors.classes.enumerated() {
            let posterior = MaskComposition.plane(posteriors, position, width: width, height: height)
            var bits = [UInt8](repeating: 0, count: width * height)
            var area = 0
            var sum = 0.0
            for pixel in bits.indices where posterior[pixel] > 0.5 {
                bits[pixel] = 1
                area += 1
                sum += Double(posterior[pixel])
                if posterior[pixel] > best[pixel] {
                    best[pixel] = posterior[pixel]
                    mask.indices[pixel] = UInt16(classIndex + 1)
                }
            }
            classes.append(
                ClassMask(
                    classIndex: classIndex, pixels: BinaryMask(width: width, height: height, bits: bits),
                    meanPosterior: area == 0 ? nil : Float(sum / Double(area))))
        }
    }

    private static func plane(_ maps: ClassMaps, _ position: Int, width: Int, height: Int) -> [Float] {
        let values = maps.values[maps.range(ofMap: position)]
        if maps.width == width && maps.height == height { return Array(values) }
        var plane = [Float](repeating: 0, count: width * height)
        values.withUnsafeBufferPointer { source in
            plane.withUnsafeMutableBufferPointer { target in
                Resample.bilinear(
                    source, width: maps.width, height: maps.height, toWidth: width, toHeight: height, addingInto: target
                )
            }
        }
        return plane
    }
}
