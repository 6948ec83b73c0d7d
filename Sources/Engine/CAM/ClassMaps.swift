/// One map a class over an image: class activation maps, or logits.
///
/// `values` is CHW, row-major: the value of class `classes[k]` at (x, y) is
/// `values[(k * height + y) * width + x]`. What the values mean (normalised activation, logit) is said by
/// whoever returns the maps.
public struct ClassMaps: Sendable, Equatable {
    /// Class indices of the model, 0-based, without the background; ascending and unique.
    public let classes: [Int]
    public let width: Int
    public let height: Int
    public var values: [Float]

    /// - Precondition: `values.count == classes.count * height * width`.
    public init(classes: [Int], width: Int, height: Int, values: [Float]) {
        precondition(values.count == classes.count * height * width)
        self.classes = classes
        self.width = width
        self.height = height
        self.values = values
    }

    /// All zeros.
    public init(classes: [Int], width: Int, height: Int) {
        self.init(
            classes: classes, width: width, height: height,
            values: [Float](repeating: 0, count: classes.count * height * width))
    }

    /// Index range in `values` of the `position`-th map (a position in `classes`, not a class index).
    public func range(ofMap position: Int) -> Range<Int> {
        let plane = width * height
        return position * plane..<(position + 1) * plane
    }
}
